import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** The columns are those that rate-limiter-flexible reads and writes. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('rate_limits', (table) => {
    forEachDialect(table, knex);
    table.string('key', 255).primary();
    table.integer('points').notNullable().defaultTo(0);
    table.bigInteger('expire').index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('rate_limits');
}
