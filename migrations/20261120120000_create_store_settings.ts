import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** One row: what admins have set. Saved as a whole, so that two who save at once do not mix. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('store_settings', (table) => {
    forEachDialect(table, knex);
    table.integer('id').primary();
    table.integer('version').notNullable();
    // JSON of what differs from the defaults.
    table.text('data').notNullable();
    table.bigInteger('changed_at');
    table.integer('changed_by').unsigned();
  });
  await knex('store_settings').insert({ id: 1, version: 1, data: '{}' });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('store_settings');
}
