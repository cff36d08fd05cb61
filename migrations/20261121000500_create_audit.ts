import type { Knex } from 'knex';
import { createTable, dropTables } from './support/tables.ts';

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

/** The log is only ever added to. The head is one row: who adds to the log locks it, so that the chain has no fork. */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'audit_log', (table) => {
    table.bigInteger('sequence').primary();
    table.bigInteger('at').notNullable().index();
    table.string('action', 60).notNullable();
    table.string('actor_kind', 16).notNullable();
    table.integer('actor_id').unsigned();
    table.integer('subject_id').unsigned();
    // JSON; null once it was erased. The chain covers its hash, so it can be erased and not changed.
    table.text('personal');
    table.string('personal_hash', 64).notNullable();
    table.string('previous_hash', 64).notNullable();
    table.string('hash', 64).notNullable();
    for (const columns of FILTERS) table.index([...columns, 'sequence']);
  });

  await createTable(knex, 'audit_head', (table) => {
    table.integer('id').primary();
    table.bigInteger('sequence').notNullable();
    table.string('hash', 64).notNullable();
  });
  await knex('audit_head').insert({ id: 1, sequence: 0, hash: '' });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'audit_head', 'audit_log');
}
