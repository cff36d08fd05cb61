import type { Knex } from 'knex';
import { byteOrderColumn, createTable, dropTables, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  await createUsers(knex);

  // One row that is written when an admin begins or ceases to be active, for the reason that `lock_count` is.
  await createTable(knex, 'admin_roster', (table) => {
    table.integer('id').primary();
    table.integer('changes').notNullable();
  });
  await knex('admin_roster').insert({ id: 1, changes: 0 });

  // Usernames and emails that an account gave up: for a while nobody else gets them. With the username somebody could
  // be taken for its member, and whoever changed the email of a stolen account could keep its owner out with the old one.
  await createTable(knex, 'reserved_names', (table) => {
    table.string('name_key', 254).primary();
    table.string('kind', 16).notNullable();
    memberColumn(table).notNullable().index();
    table.bigInteger('reserved_until').notNullable().index();
    table.check("kind in ('username', 'email')", [], 'reserved_names_kind_known');
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

async function createUsers(knex: Knex): Promise<void> {
  await createTable(knex, 'users', (table) => {
    table.increments('id');
    table.string('username', 30).notNullable();
    byteOrderColumn(table, knex, 'username_key', 30).notNullable().unique();
    table.string('email', 254).notNullable();
    byteOrderColumn(table, knex, 'email_key', 254).notNullable().unique();
    // Of `email_key`, for searches; null for an erased account.
    byteOrderColumn(table, knex, 'email_domain', 254).index();
    table.string('password_hash', 100).notNullable();
    table.string('role', 16).notNullable().defaultTo('user').index();
    table.bigInteger('created_at').notNullable();

    // When each state of an account began, in UTC milliseconds; null while it has not.
    table.bigInteger('email_verified_at');
    table.bigInteger('approved_at');
    table.bigInteger('password_changed_at');
    // Since when a login asks for a second factor.
    table.bigInteger('two_factor_since');
    table.bigInteger('disabled_at');
    // Set by "This wasn't me": nothing of the account works until the password is reset.
    table.bigInteger('locked_at');
    // When a closed account will be erased; its member can come back until then.
    table.bigInteger('closing_at');
    table.bigInteger('erased_at');
    // Counted up by whatever locks the account: on a Galera cluster only what two transactions write keeps them apart.
    table.integer('lock_count').notNullable().defaultTo(0);

    table.check("role in ('user', 'moderator', 'admin')", [], 'users_role_known');
    // The members list, in the order of joining.
    table.index(['created_at', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(
    knex,
    'event_counts',
    'setup_tokens',
    'account_links',
    'reserved_names',
    'admin_roster',
    'users',
  );
}
