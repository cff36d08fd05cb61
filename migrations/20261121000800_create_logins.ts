import type { Knex } from 'knex';
import { createTable, dropTables, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  // Browsers that somebody signed in with, by a cookie that outlives sessions. Several people may share one.
  await createTable(knex, 'known_browsers', (table) => {
    table.string('token_hash', 64).notNullable();
    memberColumn(table).notNullable().index();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_seen_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.string('address', 45).notNullable();
    table.string('user_agent', 255).notNullable();
    // Until when a login from here need not show a second factor; null when it must.
    table.bigInteger('trusted_until');
    table.primary(['token_hash', 'user_id']);
  });

  // Networks from which somebody logged in lately, by their hash: programs keep no cookie to be known by.
  await createTable(knex, 'known_networks', (table) => {
    memberColumn(table).notNullable();
    table.string('network_hash', 64).notNullable();
    table.bigInteger('last_seen_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.primary(['user_id', 'network_hash']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'known_networks', 'known_browsers');
}
