import type { Knex } from 'knex';
import { createTable, dropTables } from './support/tables.ts';

/** The columns are those that rate-limiter-flexible reads and writes. */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'rate_limits', (table) => {
    table.string('key', 255).primary();
    table.integer('points').notNullable().defaultTo(0);
    table.bigInteger('expire').index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'rate_limits');
}
