import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('categories', (table) => {
    forEachDialect(table, knex);
    table.increments('id');
    table.string('slug', 60).notNullable().unique();
    table.string('name', 60).notNullable();
    table.integer('position').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('categories');
}
