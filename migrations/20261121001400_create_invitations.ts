import type { Knex } from 'knex';
import { byteOrderColumn, createTable, dropTables } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'invitations', (table) => {
    table.increments('id');
    table.string('email', 254).notNullable();
    byteOrderColumn(table, knex, 'email_key', 254).notNullable().index();
    // The same until the invitation is accepted, withdrawn or replaced, null afterwards: nobody has two.
    table.string('open_key', 254).unique();
    table.string('role', 16).notNullable();
    // Of the link that was mailed; null until then.
    table.string('token_hash', 64).unique();
    table.integer('invited_by').unsigned();
    table.string('reason', 500).notNullable();
    table.bigInteger('created_at').notNullable();
    // When its mail is to be written; null once it is. Whoever writes it makes the link.
    table.bigInteger('mail_due_at').index();
    // When its time is over, or when one of the next three ended it before.
    table.bigInteger('ends_at').notNullable().index();
    table.bigInteger('accepted_at').index();
    table.integer('accepted_by').unsigned().index();
    table.bigInteger('withdrawn_at').index();
    // A newer one for the same address took its place.
    table.bigInteger('replaced_at');
    table.check("role in ('user', 'moderator', 'admin')", [], 'invitations_role_known');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'invitations');
}
