import type { Knex } from 'knex';
import { dialectOf } from './dialect.ts';

/** A value that the database computes of other columns of a row. */
export interface Computed {
  name: string;
  type: string;
  /** In the SQL that all three understand. */
  expression: string;
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
