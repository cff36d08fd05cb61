import type { Knex } from 'knex';
import { createTable, dropTables, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
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
  await dropTables(knex, 'member_notes');
}
