import type { Database } from '../database/connection.ts';

/** Counts the members by state as `memberState` says it, in one pass. Erased accounts count nowhere. */
export async function countMembers(
  db: Database,
): Promise<{ all: number; disabled: number; locked: number; closing: number }> {
  return members(db).first({
    all: db.raw('count(*)'),
    closing: db.raw('count(closing_at)'),
    disabled: db.raw('count(case when closing_at is null then disabled_at end)'),
    locked: db.raw('count(case when closing_at is null and disabled_at is null then locked_at end)'),
  });
}

/**
 * Counts the members who joined in each of some spans of time, by the order of these.
 *
 * @param starts when each span begins, in UTC milliseconds; it ends where the next begins, the last one never
 */
export async function countJoined(db: Database, starts: readonly number[]): Promise<number[]> {
  const counts = starts.map((start, index) => {
    const count = members(db).where('created_at', '>=', start).count('*');
    const end = starts[index + 1];
    return end === undefined ? count : count.where('created_at', '<', end);
  });
  const row = await db.select(Object.fromEntries(counts.map((count, index) => [index, count]))).first();
  return starts.map((_start, index) => Number(row[index]));
}

function members(db: Database) {
  return db('users').whereNull('erased_at');
}
