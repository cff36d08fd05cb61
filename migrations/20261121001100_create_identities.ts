import type { Knex } from 'knex';
import { createTable, dropTables, memberColumn } from './support/tables.ts';

/** Who members are at OpenID providers: the pair of issuer and subject (OpenID Connect Core 1.0, 5.7). */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'identities', (table) => {
    table.increments('id');
    memberColumn(table).notNullable().index();
    // The SHA-256 of the pair, which itself is longer than an index takes and must be compared byte by byte.
    table.string('identity_hash', 64).notNullable().unique();
    table.string('issuer', 500).notNullable();
    table.string('subject', 255).notNullable();
    // What the provider called the person when the two were linked; only to be shown.
    table.string('label', 254).notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_used_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'identities');
}
