import type { MemberFilters } from '../../members/member-filters.ts';
import type { Cursor } from '../../members/members.table.ts';
import { listUrl } from '../../web/pagination.ts';

/** The filters that are set, as they stand in an address. */
export function setFilters(filters: MemberFilters): Record<string, string> {
  const set = Object.entries(filters).filter(
    ([name, value]) => value !== '' && !(name === 'sort' && value === 'newest'),
  );
  return Object.fromEntries(set);
}

/** A path with filters and, in the list, the cursor of a page: `after=1800000000000~17`. */
export function addressOf(path: string, filters: MemberFilters, cursor?: Cursor): string {
  return listUrl(path, {
    ...setFilters(filters),
    ...(cursor && { [cursor.direction]: `${cursor.value}~${cursor.id}` }),
  });
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
