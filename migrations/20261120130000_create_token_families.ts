import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/**
 * A program's login: from the password that was shown come access tokens and refresh tokens, each from the one
 * before. Of refresh tokens only the hash is kept, and used ones as well, to know them again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('token_families', (table) => {
    forEachDialect(table, knex);
    // Not secret: it stands in every access token.
    table.string('id', 43).primary();
    table
      .integer('user_id')
      .unsigned()
      .notNullable()
      .references('id')
      .inTable('users')
      .onDelete('CASCADE')
      .index();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_used_at').notNullable();
    // The password that counted at the login, by when it was set.
    table.bigInteger('password_set_at');
    // Moves on with each refresh, up to ends_at.
    table.bigInteger('expires_at').notNullable().index();
    table.bigInteger('ends_at').notNullable();
    table.string('address', 45).notNullable();
    table.string('user_agent', 255).notNullable();
  });
  await knex.schema.createTable('refresh_tokens', (table) => {
    forEachDialect(table, knex);
    table.string('token_hash', 64).primary();
    table
      .string('family_id', 43)
      .notNullable()
      .references('id')
      .inTable('token_families')
      .onDelete('CASCADE')
      .index();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    // When it was exchanged for the next one, first.
    table.bigInteger('used_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('refresh_tokens');
  await knex.schema.dropTable('token_families');
}
