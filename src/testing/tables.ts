import type { Database } from '../database/connection.ts';
import { tablesIn } from '../database/transfer/dialect-place.ts';

/** Everything that stands in a store's database, table by table. */
export async function everyRow(db: Database): Promise<Map<string, Record<string, unknown>[]>> {
  const all = new Map<string, Record<string, unknown>[]>();
  for (const table of await tablesIn(db)) all.set(table, await db(table).select());
  return all;
}
