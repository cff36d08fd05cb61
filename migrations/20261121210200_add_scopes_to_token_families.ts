import type { Knex } from 'knex';

/** What the login of an app asked for besides what every login may, with a space between; null for nothing. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('token_families', (table) => {
    table.string('scopes', 255);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('token_families', (table) => {
    table.dropColumn('scopes');
  });
}
