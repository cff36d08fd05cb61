import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** Tokens that members make for their programs: only the hash of each. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('personal_access_tokens', (table) => {
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
    table.string('token_hash', 64).notNullable().unique();
    table.string('name', 60).notNullable();
    // With a space between.
    table.string('scopes', 255).notNullable();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.bigInteger('last_used_at');
    table.string('last_address', 45);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('personal_access_tokens');
}
