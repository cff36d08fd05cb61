import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('products', (table) => {
    forEachDialect(table, knex);
    table.increments('id');
    table.string('sku', 40).notNullable().unique();
    table.string('slug', 80).notNullable().unique();
    table.string('name', 120).notNullable();
    table.string('name_key', 120).notNullable().index();
    table.text('search_key').notNullable();
    table.text('description').notNullable();
    table.string('unit', 40).notNullable();
    table.bigInteger('price_minor').notNullable();
    table.string('currency', 3).notNullable();
    table.integer('on_hand').notNullable();
    table.integer('category_id').unsigned().notNullable().references('id').inTable('categories').index();
    table.integer('picture_id').unsigned().references('id').inTable('pictures');
    table.string('picture_alt', 200).notNullable().defaultTo('');
    table.bigInteger('created_at').notNullable();
    table.check('price_minor >= 0', [], 'products_price_not_negative');
    table.check('on_hand >= 0', [], 'products_stock_not_negative');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('products');
}
