import type { Knex } from 'knex';
import { byteOrderColumn, createTable, dropTables, isSqlite, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  await createUsers(knex);

  // Usernames that an account gave up: for a while nobody else gets them, who could be taken for its member.
  await createTable(knex, 'reserved_usernames', (table) => {
    table.string('username_key', 30).primary();
    memberColumn(table).notNullable().index();
    table.bigInteger('reserved_until').notNullable().index();
  });

  // Addresses that an account gave up and can still take back: nobody else gets them until then, or whoever changed
  // the address of a stolen account could register the old one and so keep its owner out.
  await createTable(knex, 'held_emails', (table) => {
    table.string('email_key', 254).primary();
    memberColumn(table).notNullable().index();
    table.bigInteger('held_until').notNullable().index();
  });

  // Links that were mailed: only the hash of each one's token.
  await createTable(knex, 'account_links', (table) => {
    table.string('token_hash', 64).primary();
    memberColumn(table).notNullable();
    table.string('purpose', 20).notNullable();
    table.text('data').notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    // When it was used, or a newer one or a change made it worthless.
    table.bigInteger('dead_at');
    table.index(['user_id', 'purpose']);
  });

  // Holds one row at most, with the id 1: a new token takes the old one's place.
  await createTable(knex, 'setup_tokens', (table) => {
    table.integer('id').primary();
    table.string('token_hash', 64).notNullable();
    table.bigInteger('created_at').notNullable();
  });

  // Events of one kind and account that come too often to be told one by one: how many wait to be told together.
  await createTable(knex, 'event_counts', (table) => {
    // 0 stands for names that nobody has, so this refers to no table.
    table.integer('user_id').unsigned().notNullable();
    table.string('action', 64).notNullable();
    table.bigInteger('began_at').notNullable();
    table.integer('told').notNullable().defaultTo(0);
    table.integer('gathered').notNullable().defaultTo(0);
    table.bigInteger('gathered_since');
    // When the gathered ones are told; null while there are none.
    table.bigInteger('due_at').index();
    table.primary(['user_id', 'action']);
  });
}

/**
 * Everything that members are filtered by, but for the day they joined, as one small number: state, role, confirmed,
 * two-factor. So one index finds any choice of them in the order of joining, and the lists' own indexes tell of a
 * member whether it is one of those without reading the row. Null for whoever is erased.
 *
 * PostgreSQL and MySQL keep it in a column. SQLite gets none: an index there can hold the expression itself, and
 * answers alone for it; for a computed column SQLite reads the row after all.
 */
const FACET = `
    case when erased_at is not null then null else
      case
        when closing_at is not null then 4
        when disabled_at is not null then 3
        when frozen_at is not null then 2
        when approved_at is null and role = 'user' then 1
        else 0
      end
      + case role when 'user' then 0 when 'moderator' then 5 else 10 end
      + case when email_verified_at is null then 0 else 15 end
      + case when two_factor_since is null then 0 else 30 end
    end`;

async function createUsers(knex: Knex): Promise<void> {
  await createTable(knex, 'users', (table) => {
    table.increments('id');
    table.string('username', 30).notNullable();
    byteOrderColumn(table, knex, 'username_key', 30).notNullable().unique();
    table.string('email', 254).notNullable();
    byteOrderColumn(table, knex, 'email_key', 254).notNullable().unique();
    table.string('password_hash', 100).notNullable();
    table.string('role', 16).notNullable().defaultTo('user').index();
    table.bigInteger('created_at').notNullable();

    // When each state of an account began, in UTC milliseconds; null while it has not.
    table.bigInteger('email_verified_at');
    table.bigInteger('approved_at').index();
    table.bigInteger('password_changed_at');
    // Since when a login asks for a second factor.
    table.bigInteger('two_factor_since');
    table.bigInteger('disabled_at').index();
    // Set by "This wasn't me": nothing of the account works until the password is reset.
    table.bigInteger('frozen_at').index();
    // When a closed account will be erased; its member can come back until then.
    table.bigInteger('closing_at').index();
    table.bigInteger('erased_at');

    if (!isSqlite(knex)) table.specificType('facet', `smallint generated always as (${FACET}) stored`);
    table.check("role in ('user', 'moderator', 'admin')", [], 'users_role_known');
  });
  // The members list: found by facet, and read along in the order of joining and of names.
  const facet = knex.raw(isSqlite(knex) ? `(${FACET})` : 'facet');
  await knex.schema.alterTable('users', (table) => {
    table.index([facet, 'created_at', 'id'], 'users_by_facet');
    table.index(['created_at', 'id', facet], 'users_by_joining');
    table.index(['username_key', 'id', facet, 'created_at'], 'users_by_name');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(
    knex,
    'event_counts',
    'setup_tokens',
    'account_links',
    'held_emails',
    'reserved_usernames',
    'users',
  );
}
