import { join } from 'node:path';
import { tablesIn } from '../database/transfer/dialect-tables.ts';
import type { TestApp } from './app.ts';

/**
 * Keeps what stands in a store's database now, on SQLite.
 *
 * @returns puts everything back as it was
 */
export async function keepState({ context: { db, config } }: TestApp): Promise<() => Promise<void>> {
  await db.raw('vacuum into ?', [join(config.dataDir, 'kept.db')]);
  await db.raw('attach ? as kept', [join(config.dataDir, 'kept.db')]);
  const tables = [...(await tablesIn(db)), 'sqlite_sequence'];
  return async () => {
    await db.raw('pragma foreign_keys = off');
    for (const table of tables) {
      await db.raw('delete from main.??', [table]);
      await db.raw('insert into main.?? select * from kept.??', [table, table]);
    }
    await db.raw('pragma foreign_keys = on');
  };
}
