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
