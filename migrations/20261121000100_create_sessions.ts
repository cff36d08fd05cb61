import type { Knex } from 'knex';
import { createTable, dropTables, memberColumn } from './support/tables.ts';

export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'sessions', (table) => {
    table.string('id_hash', 64).primary();
    memberColumn(table).index();
    table.bigInteger('created_at').notNullable();
    table.bigInteger('last_seen_at').notNullable();
    table.bigInteger('expires_at').notNullable().index();
    table.bigInteger('ends_at').notNullable();
    table.string('address', 45).notNullable();
    table.string('user_agent', 255).notNullable();
    table.text('data').notNullable();
    // From where a guest came: the address or IPv6 /64, the /56 and the /48 around it. Null for members.
    table.string('network', 45);
    table.string('middle_network', 45);
    table.string('wide_network', 45);
    // Answers how many there are of each network, and which is the oldest.
    table.index(['wide_network', 'middle_network', 'network', 'created_at'], 'sessions_networks_index');
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'sessions');
}
