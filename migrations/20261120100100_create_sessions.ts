import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('sessions', (table) => {
    forEachDialect(table, knex);
    table.string('id_hash', 64).primary();
    table.integer('user_id').unsigned().references('id').inTable('users').onDelete('CASCADE').index();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_seen_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.bigInteger('ends_at').notNullable();
    table.string('address', 45).notNullable();
    table.string('user_agent', 255).notNullable();
    table.text('data').notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('sessions');
}
