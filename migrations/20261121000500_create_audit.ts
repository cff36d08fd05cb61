import type { Knex } from 'knex';
import { createTable, dropTables } from './support/tables.ts';

/**
 * What the log is looked through by, alone and together (who implies the kind of actor). Each ends with time and id,
 * so that the newest that match are found without sorting and without passing by others, however many there are.
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

/**
 * The log is only ever added to, and linked into a chain afterwards. The head says how far that has come; the linker alone
 * writes it.
 */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'audit_log', (table) => {
    table.increments('id');
    table.bigInteger('at').notNullable();
    table.string('action', 60).notNullable();
    table.string('actor_kind', 16).notNullable();
    table.integer('actor_id').unsigned();
    table.integer('subject_id').unsigned();
    // JSON; null once it was erased. The chain covers its hash, so it can be erased and not changed.
    table.text('personal');
    table.string('personal_hash', 64).notNullable();
    // The place in the chain, which no two rows share; null until the row is linked, as the next two.
    table.bigInteger('sequence').unique();
    table.string('previous_hash', 64);
    table.string('hash', 64);
    table.index(['at', 'id']);
    for (const columns of FILTERS) table.index([...columns, 'at', 'id']);
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
