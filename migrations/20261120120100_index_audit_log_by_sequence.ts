import type { Knex } from 'knex';

/**
 * What the log is looked through by, alone and together (who implies the kind of actor). Each ends with the number, so
 * that the newest that match are found without sorting and without passing by others, however many there are.
 */
const FILTERS = [
  ['action'],
  ['actor_kind'],
  ['actor_id'],
  ['subject_id'],
  ['action', 'actor_kind'],
  ['actor_id', 'action'],
  ['actor_id', 'subject_id'],
  ['subject_id', 'action'],
  ['subject_id', 'actor_kind'],
  ['actor_id', 'subject_id', 'action'],
  ['subject_id', 'action', 'actor_kind'],
];
const WITHOUT_NUMBER = ['action', 'actor_id', 'subject_id'];

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_log', (table) => {
    for (const columns of FILTERS) table.index([...columns, 'sequence']);
    for (const column of WITHOUT_NUMBER) table.dropIndex([column]);
    table.index(['at']);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('audit_log', (table) => {
    table.dropIndex(['at']);
    for (const column of WITHOUT_NUMBER) table.index([column]);
    for (const columns of FILTERS) table.dropIndex([...columns, 'sequence']);
  });
}
