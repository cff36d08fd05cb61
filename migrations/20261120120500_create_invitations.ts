import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('invitations', (table) => {
    forEachDialect(table, knex);
    table.increments('id');
    table.string('email', 254).notNullable();
    table.string('email_key', 254).notNullable().index();
    // The same while the invitation is open, null afterwards: nobody has two open ones.
    table.string('open_key', 254).unique();
    table.string('role', 16).notNullable();
    // Of the link that was mailed; null until then.
    table.string('token_hash', 64).unique();
    table.integer('invited_by').unsigned();
    table.string('reason', 500).notNullable();
    table.bigInteger('created_at').notNullable().index();
    // When its mail is to be written; null once it is. Whoever writes it makes the link.
    table.bigInteger('mail_due_at').index();
    table.bigInteger('expires_at').notNullable().index();
    table.bigInteger('accepted_at');
    table.integer('accepted_by').unsigned();
    table.bigInteger('withdrawn_at');
    table.check("role in ('user', 'moderator', 'admin')", [], 'invitations_role_known');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('invitations');
}
