import type { Database } from '../database/connection.ts';
import { tablesIn } from '../database/transfer/dialect-tables.ts';

/** Everything that stands in a store's database, table by table. */
export async function everyRow(db: Database): Promise<Map<string, Record<string, unknown>[]>> {
  const all = new Map<string, Record<string, unknown>[]>();
  for (const table of await tablesIn(db)) all.set(table, await db(table).select());
  return all;
}

/** How much stands in a store's database, in bytes: what its rows hold, without what the database needs beside. */
export async function bytesIn(db: Database): Promise<number> {
  const rows = [...(await everyRow(db)).values()].flat();
  return rows.flatMap(Object.values).reduce((sum, value) => sum + bytesOf(value), 0);
}

export function bytesOf(value: unknown): number {
  if (value === null) return 0;
  return typeof value === 'string' || Buffer.isBuffer(value) ? Buffer.byteLength(value) : 8;
}

/** A row of users. */
export const userRow = (name: string, more: object = {}) => ({
  username: name,
  username_key: name,
  email: `${name}@example.org`,
  email_key: `${name}@example.org`,
  password_hash: '-',
  created_at: 1,
  ...more,
});
