import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/**
 * What a passkey has to sign: one for each session and purpose, so that who asks again and again adds no rows.
 * Sessions themselves hold none, because two requests at once could then both take it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('webauthn_challenges', (table) => {
    forEachDialect(table, knex);
    table.string('session_hash', 64).notNullable();
    table.string('purpose', 20).notNullable();
    table.string('challenge_hash', 64).notNullable();
    // Whose passkey it must be; null when anybody's will do.
    table.integer('user_id').unsigned().references('id').inTable('users').onDelete('CASCADE').index();
    // What a new passkey will call the account.
    table.string('user_handle', 90);
    table.bigInteger('expires_at').notNullable().index();
    table.primary(['session_hash', 'purpose']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('webauthn_challenges');
}
