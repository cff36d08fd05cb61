import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/**
 * Requests for a reset link, as they were typed, whether or not there is such an account: who asks is answered
 * before anybody looks.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('reset_requests', (table) => {
    forEachDialect(table, knex);
    table.increments('id');
    table.string('email_key', 254).notNullable();
    table.bigInteger('created_at').notNullable();
    table.string('address', 45).notNullable();
    table.string('user_agent', 255).notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('reset_requests');
}
