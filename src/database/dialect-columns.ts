import type { Knex } from 'knex';
import { dialectOf } from './dialect.ts';

/**
 * Makes a text column compare and sort byte by byte, as it does on SQLite and MySQL already: PostgreSQL would go by
 * the language that the server was set up with, and then no index finds what begins with a text.
 *
 * @param length what the column holds, in characters
 */
export async function compareByBytes(db: Knex, table: string, column: string, length: number): Promise<void> {
  if (dialectOf(db) !== 'postgres') return;
  await db.raw(`alter table ?? alter column ?? type varchar(${length}) collate "C"`, [table, column]);
}

/** A value that the database computes of other columns of a row. */
export interface Computed {
  name: string;
  type: string;
  /** In the SQL that all three understand. */
  expression: string;
}

/**
 * Adds a computed value to a table. PostgreSQL and MySQL keep it in a column. SQLite gets none: an index there can
 * hold the expression itself, and answers alone for it; for a computed column SQLite reads the row after all.
 */
export async function addComputed(db: Knex, table: string, value: Computed): Promise<void> {
  if (dialectOf(db) === 'sqlite') return;
  const { name, type, expression } = value;
  await db.raw(`alter table ?? add column ?? ${type} generated always as (${expression}) stored`, [
    table,
    name,
  ]);
}

export async function dropComputed(db: Knex, table: string, { name }: Computed): Promise<void> {
  if (dialectOf(db) !== 'sqlite') await db.raw('alter table ?? drop column ??', [table, name]);
}

/** How a computed value is written in queries and indexes. */
export function computed(db: Knex, { name, expression }: Computed): Knex.Raw {
  return dialectOf(db) === 'sqlite' ? db.raw(`(${expression})`) : db.raw('??', [name]);
}

/**
 * Changes tables without losing the rows that belong to theirs. SQLite takes a column away by making the table anew and
 * dropping the old one, and with it would go what hangs on its rows; inside a transaction that cannot be switched off.
 */
export async function withoutCascades(db: Knex, work: () => Promise<void>): Promise<void> {
  if (dialectOf(db) !== 'sqlite') return work();
  await db.raw('pragma foreign_keys = off');
  try {
    await work();
  } finally {
    await db.raw('pragma foreign_keys = on');
  }
}
