import type { Knex } from 'knex';
import { createTable, dropTables } from './support/tables.ts';

/** What only one of all processes of a store does at a time, and which one does it. */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'leases', (table) => {
    table.string('name', 32).primary();
    // Empty while nobody has it.
    table.string('holder', 64).notNullable().defaultTo('');
    // Who has it counts on: one whose number stands still is gone. No time, as clocks differ and are set.
    table.bigInteger('heartbeat').notNullable().defaultTo(0);
  });
  await knex('leases').insert({ name: 'background' });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'leases');
}
