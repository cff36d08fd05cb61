import type { Knex } from 'knex';

/** By which somebody tells their tokens apart; null for those made before. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('personal_access_tokens', (table) => {
    table.string('last_characters', 4);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('personal_access_tokens', (table) => {
    table.dropColumn('last_characters');
  });
}
