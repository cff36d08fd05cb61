import type { Database } from '../database/connection.ts';
import { foldCase } from '../database/fold-case.ts';

/** How a person is called where others read of them. */
export interface Name {
  username: string;
  /** Whether nothing is left of them but a row. */
  erased: boolean;
}

export async function readNames(db: Database, ids: Iterable<number>): Promise<Map<number, Name>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const rows = await db('users').whereIn('id', wanted).select('id', 'username', 'erased_at');
  return new Map(
    rows.map(({ id, username, erased_at }) => [id, { username, erased: erased_at !== null }] as const),
  );
}

export async function findIdByUsername(db: Database, username: string): Promise<number | undefined> {
  return (await db('users').where('username_key', foldCase(username)).first('id'))?.id;
}

/** The names of accounts in the order of their ids, the first behind one id; whoever is erased is left out. */
export async function listNames(
  db: Database,
  { after, limit }: { after: number; limit: number },
): Promise<{ id: number; username: string }[]> {
  return db('users')
    .where('id', '>', after)
    .whereNull('erased_at')
    .orderBy('id')
    .limit(limit)
    .select('id', 'username');
}
