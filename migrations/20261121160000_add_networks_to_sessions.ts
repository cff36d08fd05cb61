import type { Knex } from 'knex';

const NETWORKS = ['network', 'middle_network', 'wide_network'];
/** Its columns answer how many there are of each network, and which is the oldest. */
const INDEX = ['wide_network', 'middle_network', 'network', 'created_at'];

/** From where a guest came: the address or IPv6 /64, the /56 and the /48 around it. Null for members. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sessions', (table) => {
    for (const network of NETWORKS) table.string(network, 45);
    table.index(INDEX, 'sessions_networks_index');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('sessions', (table) => {
    table.dropIndex(INDEX, 'sessions_networks_index');
    table.dropColumns(...NETWORKS);
  });
}
