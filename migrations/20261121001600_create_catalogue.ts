import type { Knex } from 'knex';
import { bytesColumn, createTable, dropTables, idColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'categories', (table) => {
    table.increments('id');
    table.string('slug', 60).notNullable().unique();
    table.string('name', 60).notNullable();
    table.integer('position').notNullable();
  });

  await createTable(knex, 'pictures', (table) => {
    table.increments('id');
    table.string('content_hash', 64).notNullable().unique();
    table.string('media_type', 30).notNullable();
    bytesColumn(table, knex, 'content').notNullable();
  });

  await createTable(knex, 'products', (table) => {
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
    idColumn(table, 'category_id', 'categories').notNullable().index();
    idColumn(table, 'picture_id', 'pictures');
    table.string('picture_alt', 200).notNullable().defaultTo('');
    table.bigInteger('created_at').notNullable();
    table.check('price_minor >= 0', [], 'products_price_not_negative');
    table.check('on_hand >= 0', [], 'products_stock_not_negative');
  });

  // One row: every change of what the store shows adds one, in the same transaction.
  await createTable(knex, 'catalogue_version', (table) => {
    table.integer('id').primary();
    table.bigInteger('version').notNullable();
  });
  await knex('catalogue_version').insert({ id: 1, version: 1 });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'catalogue_version', 'products', 'pictures', 'categories');
}
