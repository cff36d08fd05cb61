import type { Knex } from 'knex';

/** With which browser a reset link was asked for: one that the account knows has mails of its own. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('reset_requests', (table) => {
    table.string('browser_hash', 64);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('reset_requests', (table) => {
    table.dropColumn('browser_hash');
  });
}
