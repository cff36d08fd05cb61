import type { Database } from '../../database/connection.ts';
import { facetsOf } from './member-facets.ts';
import type { MemberState } from './member-state.ts';
import { inFacets } from './members.table.ts';

/** How many members there are, and how many of their accounts are shut. Whoever is erased counts nowhere. */
export interface MemberCounts {
  all: number;
  disabled: number;
  locked: number;
  closing: number;
}

/** Counts the members by how their accounts are, as the members list has them, in one query of an index. */
export async function countMembers(db: Database): Promise<MemberCounts> {
  const counted = (states?: MemberState[]) => inFacets(db, { facets: facetsOf({ states }) }).count('*');
  const row = await db
    .select({
      all: counted(),
      disabled: counted(['disabled']),
      locked: counted(['locked']),
      closing: counted(['closing']),
    })
    .first();
  return {
    all: Number(row.all),
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
    const count = inFacets(db, { joinedSince: start }).count('*');
    const end = starts[index + 1];
    return end === undefined ? count : count.where('created_at', '<', end);
  });
  const row = await db.select(Object.fromEntries(counts.map((count, index) => [index, count]))).first();
  return starts.map((_start, index) => Number(row[index]));
}
