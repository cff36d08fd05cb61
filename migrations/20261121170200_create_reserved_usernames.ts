import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** Usernames that an account gave up: for a while nobody else gets them, who could be taken for its member. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('reserved_usernames', (table) => {
    forEachDialect(table, knex);
    table.string('username_key', 30).primary();
    table
      .integer('user_id')
      .unsigned()
      .notNullable()
      .references('id')
      .inTable('users')
      .onDelete('CASCADE')
      .index();
    table.bigInteger('reserved_until').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('reserved_usernames');
}
