import type { Knex } from 'knex';

/** A program that sends its key again means the same task: with other values it has made a mistake, and is told. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('tasks', (table) => {
    // Of the values that came with the form key.
    table.string('form_hash', 64);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('tasks', (table) => {
    table.dropColumn('form_hash');
  });
}
