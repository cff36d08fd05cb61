import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** Links that were mailed: only the hash of each one's token. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('account_links', (table) => {
    forEachDialect(table, knex);
    table.string('token_hash', 64).primary();
    table.integer('user_id').unsigned().notNullable().references('id').inTable('users').onDelete('CASCADE');
    table.string('purpose', 20).notNullable();
    table.text('data').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    // When it was used, or a newer one or a change made it worthless.
    table.bigInteger('dead_at');
    table.index(['user_id', 'purpose']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('account_links');
}
