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

/**
 * The type of a column that the database computes from others of its row. SQLite adds only what is computed when it
 * is read, PostgreSQL knows only what is stored; an index on it holds the value in either case.
 *
 * @param expression in the SQL that all three understand
 */
export function computedType(db: Knex, type: string, expression: string): string {
  const keeping = dialectOf(db) === 'sqlite' ? 'virtual' : 'stored';
  return `${type} generated always as (${expression}) ${keeping}`;
}
