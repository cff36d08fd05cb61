import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/**
 * Addresses that an account gave up and can still take back: nobody else gets them until then, or whoever changed
 * the address of a stolen account could register the old one and so keep its owner out.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('held_emails', (table) => {
    forEachDialect(table, knex);
    table.string('email_key', 254).primary();
    table
      .integer('user_id')
      .unsigned()
      .notNullable()
      .references('id')
      .inTable('users')
      .onDelete('CASCADE')
      .index();
    table.bigInteger('held_until').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('held_emails');
}
