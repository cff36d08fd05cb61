import type { Database } from '../../database/connection.ts';
import { noteLock } from '../../database/lock-order.ts';
import { columns, toRow } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';

/** Whose events these are, and of which kind. */
export interface EventKey {
  /** 0 for names that nobody has. */
  userId: number;
  action: string;
}

/** How many events of a kind there were lately. Times are UTC milliseconds. */
export interface EventCount {
  /** Since when `told` counts. */
  beganAt: number;
  /** How many were told one by one. */
  told: number;
  /** How many wait to be told together. */
  gathered: number;
  /** When the first of those happened; null while there are none, as the next. */
  gatheredSince: number | null;
  dueAt: number | null;
}

const COLUMNS = columns('beganAt told gathered gatheredSince dueAt');

/** Finds a count, or begins one, and locks it until the transaction ends. */
export async function lockEventCount(
  trx: Transaction,
  { userId, action }: EventKey,
  now: number,
): Promise<EventCount> {
  noteLock(trx, 'counter');
  const key = { user_id: userId, action };
  const find = () => trx('event_counts').where(key).forUpdate().first(COLUMNS);
  // Looked for first: on MySQL an insert that finds a row shares its lock, and two that go on to change it are stuck.
  const found = await find();
  if (found) return found;
  await trx('event_counts')
    .insert({ ...key, began_at: now })
    .onConflict(['user_id', 'action'])
    .ignore();
  return find();
}

export async function saveEventCount(
  trx: Transaction,
  { userId, action }: EventKey,
  count: EventCount,
): Promise<void> {
  await trx('event_counts').where({ user_id: userId, action }).update(toRow(count));
}

/** What is to be told together now, what has waited longest first. */
export async function listDueCounts(db: Database, now: number, limit: number): Promise<EventKey[]> {
  return db('event_counts')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .select(columns('userId action'));
}

/** Removes counts that began before a time and of which nothing is left to tell. */
export async function deleteOldCounts(db: Database, before: number): Promise<void> {
  await db('event_counts').whereNull('due_at').where('began_at', '<=', before).delete();
}
