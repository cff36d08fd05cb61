import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

/** The log is only ever added to. The head is one row: who adds to the log locks it, so that the chain has no fork. */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('audit_log', (table) => {
    forEachDialect(table, knex);
    table.bigInteger('sequence').primary();
    table.bigInteger('at').notNullable();
    table.string('action', 60).notNullable().index();
    table.string('actor_kind', 16).notNullable();
    table.integer('actor_id').unsigned().index();
    table.integer('subject_id').unsigned().index();
    // JSON; null once it was erased. The chain covers its hash, so it can be erased and not changed.
    table.text('personal');
    table.string('personal_hash', 64).notNullable();
    table.string('previous_hash', 64).notNullable();
    table.string('hash', 64).notNullable();
  });
  await knex.schema.createTable('audit_head', (table) => {
    forEachDialect(table, knex);
    table.integer('id').primary();
    table.bigInteger('sequence').notNullable();
    table.string('hash', 64).notNullable();
  });
  await knex('audit_head').insert({ id: 1, sequence: 0, hash: '' });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('audit_head');
  await knex.schema.dropTable('audit_log');
}
