import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('passkeys', (table) => {
    forEachDialect(table, knex);
    table.increments('id');
    table
      .integer('user_id')
      .unsigned()
      .notNullable()
      .references('id')
      .inTable('users')
      .onDelete('CASCADE')
      .index();
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
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('passkeys');
}
