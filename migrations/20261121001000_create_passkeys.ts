import type { Knex } from 'knex';
import { createTable, dropTables, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'passkeys', (table) => {
    table.increments('id');
    memberColumn(table).notNullable().index();
    // The SHA-256 of the credential id, which may itself be longer than an index takes.
    table.string('credential_hash', 64).notNullable().unique();
    table.text('credential_id').notNullable();
    table.text('public_key').notNullable();
    // What the authenticator calls this account; the same for all passkeys of one person.
    table.string('user_handle', 90).notNullable();
    table.bigInteger('counter').notNullable();
    table.string('transports', 120).notNullable();
    table.boolean('backed_up').notNullable();
    table.string('name', 60).notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_used_at');
  });

  // What a passkey has to sign: one for each session and purpose, so that who asks again and again adds no rows.
  // Sessions themselves hold none, because two requests at once could then both take it.
  await createTable(knex, 'webauthn_challenges', (table) => {
    table.string('session_hash', 64).notNullable();
    table.string('purpose', 20).notNullable();
    table.string('challenge_hash', 64).notNullable();
    // Whose passkey it must be; null when anybody's will do.
    memberColumn(table).index();
    // What a new passkey will call the account.
    table.string('user_handle', 90);
    table.bigInteger('expires_at').notNullable().index();
    table.primary(['session_hash', 'purpose']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'webauthn_challenges', 'passkeys');
}
