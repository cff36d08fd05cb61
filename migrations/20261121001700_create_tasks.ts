import type { Knex } from 'knex';
import { createTable, dropTables, idColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'tasks', (table) => {
    table.increments('id');
    table.string('title', 120).notNullable();
    table.text('note').notNullable();
    idColumn(table, 'assignee_id', 'users').onDelete('SET NULL').index();
    // A day, `2026-11-20`: it has no hour and no time zone.
    table.string('due_on', 10);
    table.bigInteger('created_at').notNullable();
    table.integer('created_by').unsigned();
    // When the title, note, assignee or day was changed last.
    table.bigInteger('updated_at').notNullable();
    table.integer('updated_by').unsigned();
    // Grows with each such change, so that who saves what somebody else has changed meanwhile is told.
    table.integer('version').notNullable().defaultTo(1);
    table.bigInteger('done_at');
    table.integer('done_by').unsigned();
    // Where it stands in the lists: made of the day it is due and the moment it was done.
    table.bigInteger('position').notNullable();
    // Title and note, folded, for the search.
    table.text('search_key').notNullable();
    table.index(['position', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'tasks');
}
