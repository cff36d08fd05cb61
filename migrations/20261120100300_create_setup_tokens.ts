import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** Holds one row at most, with the id 1: a new token takes the old one's place. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('setup_tokens', (table) => {
    forEachDialect(table, knex);
    table.integer('id').primary();
    table.string('token_hash', 64).notNullable();
    table.bigInteger('created_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('setup_tokens');
}
