import type { Knex } from 'knex';
import { dialectOf } from './dialect.ts';

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
