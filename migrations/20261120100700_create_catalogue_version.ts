import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** One row: every change of what the store shows adds one, in the same transaction. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('catalogue_version', (table) => {
    forEachDialect(table, knex);
    table.integer('id').primary();
    table.bigInteger('version').notNullable();
  });
  await knex('catalogue_version').insert({ id: 1, version: 1 });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('catalogue_version');
}
