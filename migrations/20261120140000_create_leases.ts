import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** What only one of all processes of a store does at a time, and which one does it. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('leases', (table) => {
    forEachDialect(table, knex);
    table.string('name', 32).primary();
    // Empty while nobody has it.
    table.string('holder', 64).notNullable().defaultTo('');
    // Who has it counts on: one whose number stands still is gone. No time, as clocks differ and are set.
    table.bigInteger('beat').notNullable().defaultTo(0);
  });
  await knex('leases').insert({ name: 'background' });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('leases');
}
