import { expect } from 'vitest';
import type { Database } from '../database/connection.ts';
import { insertReturningId } from '../database/dialect.ts';
import { digestOf, type Snapshot } from '../database/transfer/snapshot.ts';
import { userRow } from './tables.ts';

export const NAMES = [
  '🦊🍵',
  'back\\slash',
  `o'hara "quoted"`,
  'two  spaces at the end  ',
  'чай',
  '%_',
  'tab\t',
];
export const MANY = 2_500;

/** Rows of odd contents in some tables, enough for several batches. */
export async function fillSome(db: Database): Promise<void> {
  const ids: number[] = [];
  for (const [index, name] of NAMES.entries()) {
    const more = { created_at: Number.MAX_SAFE_INTEGER - index, disabled_at: index % 2 ? -index : null };
    ids.push(await insertReturningId(db, 'users', userRow(name, more)));
  }
  await db('users').where('id', ids.pop()).delete();
  const passkey = { credential_id: '', public_key: 'k', user_handle: 'h', counter: 0, transports: '' };
  for (const backed of [true, false]) {
    const more = {
      user_id: ids[0],
      credential_hash: `${backed}`,
      backed_up: backed,
      name: '',
      created_at: 1,
    };
    await db('passkeys').insert({ ...passkey, ...more });
  }
  for (const size of [0, 3_000_000, 1, 2_000_000]) {
    const content = Buffer.alloc(size, 'every\0\xff');
    await db('pictures').insert({ content_hash: `${size}`, media_type: 'image/png', content });
  }
  for (let from = 0; from < MANY; from += 500) {
    const keys = Array.from({ length: 500 }, (_none, index) => `key ${(from + index) * 7_919}`);
    await db('rate_limits').insert(keys.map((key, index) => ({ key, points: index, expire: from })));
  }
}

/** What a store holds, by table. */
export async function everythingIn(snapshot: Snapshot): Promise<Map<string, { rows: number; sum: string }>> {
  const found = new Map<string, { rows: number; sum: string }>();
  for (const table of snapshot.tables) {
    const { rows, sum } = await digestOf(snapshot, table);
    expect(await snapshot.count(table)).toBe(rows);
    found.set(table.name, { rows, sum });
  }
  return found;
}

/** Gives what went wrong; undefined when nothing did. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
