import type { Knex } from 'knex';
import { byteOrderColumn, createTable, dropTables, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  // By which words a member is found: those of the username and of the e-mail address, and both as a whole. A word with
  // which another of the member begins is left out: who looks for its beginning finds the other.
  await createTable(knex, 'member_words', (table) => {
    memberColumn(table).notNullable();
    byteOrderColumn(table, knex, 'word', 254).notNullable();
    // What lists are in order by, so that the index tells all of whom it finds.
    table.bigInteger('created_at').notNullable();
    byteOrderColumn(table, knex, 'username_key', 30).notNullable();
    table.primary(['user_id', 'word']);
    table.index(['word', 'user_id', 'created_at', 'username_key'], 'member_words_by_word');
  });

  // What administrators note about a member, for each other.
  await createTable(knex, 'member_notes', (table) => {
    table.increments('id');
    memberColumn(table).notNullable().index();
    table.integer('author_id').unsigned();
    table.text('body').notNullable();
    table.bigInteger('created_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'member_notes', 'member_words');
}
