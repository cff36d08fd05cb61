import type { Knex } from 'knex';
import { createTable, dropTables, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'authenticator_apps', (table) => {
    memberColumn(table).primary();
    table.string('encrypted_secret', 255).notNullable();
    table.bigInteger('created_at').notNullable();
    // When a first code showed that the app has the key; until then the key is in the member's session alone.
    table.bigInteger('confirmed_at').notNullable();
    // The time step (RFC 6238) of the last code that was taken: no code counts twice.
    table.bigInteger('last_step').notNullable();
  });

  await createTable(knex, 'recovery_codes', (table) => {
    table.string('code_hash', 64).primary();
    memberColumn(table).notNullable().index();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('used_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'recovery_codes', 'authenticator_apps');
}
