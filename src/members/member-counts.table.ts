import type { Database } from '../database/connection.ts';

/** How many members there are, and how many of their accounts are shut. Erased accounts count nowhere. */
export interface MemberCounts {
  all: number;
  disabled: number;
  locked: number;
  closing: number;
}

const COUNTS = `
  count(*) as members,
  count(closing_at) as closing,
  count(case when closing_at is null then disabled_at end) as disabled,
  count(case when closing_at is null and disabled_at is null then locked_at end) as locked`;

/** Counts the members by state as `memberState` says it, in one pass. */
export async function countMembers(db: Database): Promise<MemberCounts> {
  const row = await members(db).first(db.raw(COUNTS));
  return {
    all: Number(row.members),
    disabled: Number(row.disabled),
    locked: Number(row.locked),
    closing: Number(row.closing),
  };
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
