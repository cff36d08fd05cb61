import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('tasks', (table) => {
    forEachDialect(table, knex);
    table.increments('id');
    table.string('title', 120).notNullable();
    table.text('note').notNullable();
    table.integer('assignee_id').unsigned().references('id').inTable('users').onDelete('SET NULL').index();
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
    // Finds the open ones, of which there are as many as people can do, and walks the done ones in their order.
    table.index(['deleted_at', 'done_at', 'id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('tasks');
}
