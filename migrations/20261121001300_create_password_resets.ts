import type { Knex } from 'knex';
import { createTable, dropTables } from './support/tables.ts';

/**
 * Requests for a reset link, as they were typed, whether or not there is such an account: who asks is answered
 * before anybody looks.
 */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'reset_requests', (table) => {
    table.increments('id');
    table.string('email_key', 254).notNullable();
    table.bigInteger('created_at').notNullable();
    table.string('address', 45).notNullable();
    table.string('user_agent', 255).notNullable();
    // With which browser it was asked for: one that the account knows has mails of its own.
    table.string('browser_hash', 64);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'reset_requests');
}
