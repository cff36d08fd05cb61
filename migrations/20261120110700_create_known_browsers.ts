import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** Browsers that somebody signed in with, by a cookie that outlives sessions. Several people may share one. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('known_browsers', (table) => {
    forEachDialect(table, knex);
    table.string('token_hash', 64).notNullable();
    table
      .integer('user_id')
      .unsigned()
      .notNullable()
      .references('id')
      .inTable('users')
      .onDelete('CASCADE')
      .index();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_seen_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.string('address', 45).notNullable();
    table.string('user_agent', 255).notNullable();
    // Until when a login from here need not show a second factor; null when it must.
    table.bigInteger('trusted_until');
    table.primary(['token_hash', 'user_id']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('known_browsers');
}
