import type { Knex } from 'knex';

/** What the log is looked through by. Each with the number, so that the newest of one kind are found without sorting. */
const COLUMNS = ['action', 'actor_kind', 'actor_id', 'subject_id'];
const WITHOUT_NUMBER = ['action', 'actor_id', 'subject_id'];

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_log', (table) => {
    for (const column of COLUMNS) table.index([column, 'sequence']);
    for (const column of WITHOUT_NUMBER) table.dropIndex([column]);
    table.index(['at']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_log', (table) => {
    table.dropIndex(['at']);
    for (const column of WITHOUT_NUMBER) table.index([column]);
    for (const column of COLUMNS) table.dropIndex([column, 'sequence']);
  });
}
