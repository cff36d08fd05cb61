import type { Knex } from 'knex';
import { createTable, dropTables, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  // An app's login: from the password that was shown come access tokens and refresh tokens, each from the one before.
  await createTable(knex, 'token_families', (table) => {
    // Not secret: it stands in every access token.
    table.string('id', 43).primary();
    memberColumn(table).notNullable().index();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_used_at').notNullable();
    // The password that counted at the login, by when it was set.
    table.bigInteger('password_set_at');
    // What the login asked for besides what every login may, with a space between; null for nothing.
    table.string('scopes', 255);
    // Moves on with each refresh, up to ends_at.
    table.bigInteger('expires_at').notNullable().index();
    table.bigInteger('ends_at').notNullable();
    table.string('address', 45).notNullable();
    table.string('user_agent', 255).notNullable();
  });

  // Only the hash of each is kept, and used ones as well, to know them again.
  await createTable(knex, 'refresh_tokens', (table) => {
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

  // Tokens that members make for their apps: only the hash of each.
  await createTable(knex, 'personal_access_tokens', (table) => {
    table.increments('id');
    memberColumn(table).notNullable().index();
    table.string('token_hash', 64).notNullable().unique();
    // By which somebody tells their tokens apart.
    table.string('last_characters', 4);
    table.string('name', 60).notNullable();
    // With a space between.
    table.string('scopes', 255).notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.bigInteger('last_used_at');
    table.string('last_address', 45);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'personal_access_tokens', 'refresh_tokens', 'token_families');
}
