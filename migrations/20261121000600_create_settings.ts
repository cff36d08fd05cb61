import type { Knex } from 'knex';
import { createTable, dropTables } from './support/tables.ts';

/** One row: what administrators have set. Saved as a whole, so that two who save at once do not mix. */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'store_settings', (table) => {
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
  await dropTables(knex, 'store_settings');
}
