import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('authenticator_apps', (table) => {
    forEachDialect(table, knex);
    table.integer('user_id').unsigned().primary().references('id').inTable('users').onDelete('CASCADE');
    table.string('sealed_secret', 255).notNullable();
    table.bigInteger('created_at').notNullable();
    // When a first code showed that the app has the key; until then the key is in the member's session alone.
    table.bigInteger('confirmed_at').notNullable();
    // The time step (RFC 6238) of the last code that was taken: no code counts twice.
    table.bigInteger('last_step').notNullable();
  });
  await knex.schema.createTable('recovery_codes', (table) => {
    forEachDialect(table, knex);
    table.string('code_hash', 64).primary();
    table
      .integer('user_id')
      .unsigned()
      .notNullable()
      .references('id')
      .inTable('users')
      .onDelete('CASCADE')
      .index();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('used_at');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('recovery_codes');
  await knex.schema.dropTable('authenticator_apps');
}
