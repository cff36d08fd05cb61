import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** Networks from which somebody logged in lately, by their hash: programs keep no cookie to be known by. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('known_networks', (table) => {
    forEachDialect(table, knex);
    table.integer('user_id').unsigned().notNullable().references('id').inTable('users').onDelete('CASCADE');
    table.string('network_hash', 64).notNullable();
    table.bigInteger('last_seen_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.primary(['user_id', 'network_hash']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('known_networks');
}
