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
    // A deleted task can be taken back for a while.
    table.bigInteger('deleted_at');
    table.integer('deleted_by').unsigned();
    // Of the form that it was added with: one that is sent twice adds one task.
    table.string('form_key', 64).unique();
    // Of the values that came with it: an app that sends its key with other values has made a mistake, and is told.
    table.string('form_hash', 64);
    // Finds the open ones, of which there are as many as people can do, and walks the done ones in their order.
    table.index(['deleted_at', 'done_at', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'tasks');
}
