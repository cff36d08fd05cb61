import type { Knex } from 'knex';
import { createTable, dropTables, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'outbox', (table) => {
    table.increments('id');
    memberColumn(table).index();
    table.string('message_id', 64).notNullable().unique();
    // The whole mail, encrypted: it holds links that open accounts. Null once it was sent or given up.
    table.text('encrypted_mail', 'mediumtext');
    table.bigInteger('created_at').notNullable();
    table.integer('attempts').notNullable().defaultTo(0);
    // When it is next tried; null when there is nothing more to try. Whoever claims a mail moves it on.
    table.bigInteger('due_at').index();
    table.bigInteger('sent_at').index();
    table.bigInteger('given_up_at').index();
    table.string('last_error', 255).notNullable().defaultTo('');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'outbox');
}
