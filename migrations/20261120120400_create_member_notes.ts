import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** What admins note about a member, for each other. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('member_notes', (table) => {
    forEachDialect(table, knex);
    table.increments('id');
    table
      .integer('user_id')
      .unsigned()
      .notNullable()
      .references('id')
      .inTable('users')
      .onDelete('CASCADE')
      .index();
    table.integer('author_id').unsigned();
    table.text('body').notNullable();
    table.bigInteger('created_at').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('member_notes');
}
