import type { Database } from '../../database/connection.ts';

/** How many members there are, and how many of their accounts are shut. What is left of erased ones counts nowhere. */
export interface MemberCounts {
  all: number;
  /** An account that is shut counts once: closing comes before disabled, and that before locked. */
  disabled: number;
  locked: number;
  closing: number;
}

/** Counts the members by how their accounts are, in one query that reads indexes and the few rows that are shut. */
export async function countMembers(db: Database): Promise<MemberCounts> {
  const users = () => db('users').count('*');
  const row = await db
    .select({
      rows: users(),
      // Erasing disables as well: a short list to look through.
      erased: users().whereNotNull('disabled_at').whereNotNull('erased_at'),
      disabled: users().whereNotNull('disabled_at').whereNull('erased_at').whereNull('closing_at'),
      locked: users().whereNotNull('frozen_at').whereNull('disabled_at').whereNull('closing_at'),
      closing: users().whereNotNull('closing_at'),
    })
    .first();
  return {
    all: Number(row.rows) - Number(row.erased),
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
    const count = db('users').count('*').where('created_at', '>=', start).whereNull('erased_at');
    const end = starts[index + 1];
    return end === undefined ? count : count.where('created_at', '<', end);
  });
  const row = await db.select(Object.fromEntries(counts.map((count, index) => [index, count]))).first();
  return starts.map((_start, index) => Number(row[index]));
}
