import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** Events of one kind and account that come too often to be told one by one: how many wait to be told together. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('event_counts', (table) => {
    forEachDialect(table, knex);
    // 0 stands for names that nobody has, so this refers to no table.
    table.integer('user_id').unsigned().notNullable();
    table.string('action', 64).notNullable();
    table.bigInteger('began_at').notNullable();
    table.integer('told').notNullable().defaultTo(0);
    table.integer('gathered').notNullable().defaultTo(0);
    table.bigInteger('gathered_since');
    // When the gathered ones are told; null while there are none.
    table.bigInteger('due_at').index();
    table.primary(['user_id', 'action']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('event_counts');
}
