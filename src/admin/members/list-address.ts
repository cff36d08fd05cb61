import type { MemberFilters } from '../../members/member-filters.ts';
import type { Cursor } from '../../members/members.table.ts';

/** What stands in no address. */
const DEFAULTS: Partial<MemberFilters> = { sort: 'newest' };

/** The filters that are set, by their names in an address. */
export function setFilters(filters: MemberFilters): [string, string][] {
  return Object.entries(filters).filter(
    ([name, value]) => value !== '' && value !== DEFAULTS[name as keyof MemberFilters],
  );
}

/** A path with filters and, in the list, the cursor of a page: `after=1800000000000~17`. */
export function addressOf(path: string, filters: MemberFilters, cursor?: Cursor): string {
  const query = new URLSearchParams(setFilters(filters));
  if (cursor) query.set(cursor.direction, `${cursor.value}~${cursor.id}`);
  return query.size > 0 ? `${path}?${query}` : path;
}

/** How a cursor is written; names are at most 30 characters, and longer numbers are no id and no time of ours. */
const CURSORS = {
  time: /^(\d{1,15})~([1-9]\d{0,8})$/,
  name: /^([^~]{1,30})~([1-9]\d{0,8})$/,
};

/** Reads the cursor in an address. Nonsense is the first page. */
export function readCursor(query: Record<string, unknown>, sort: MemberFilters['sort']): Cursor | undefined {
  const byTime = sort === 'newest' || sort === 'oldest';
  for (const direction of ['after', 'before'] as const) {
    const found = (byTime ? CURSORS.time : CURSORS.name).exec(String(query[direction] ?? ''));
    if (found?.[1] && found[2]) {
      return { direction, value: byTime ? Number(found[1]) : found[1], id: Number(found[2]) };
    }
  }
  return undefined;
}
