import type { AccountContext } from '../accounts/account-context.ts';
import { foldCase } from '../database/fold-case.ts';
import { type MemberFilters, queryOf } from './member-filters.ts';
import { type Cursor, countUpTo, findMembers, type ListedMember, type MemberQuery } from './members.table.ts';

const TEXTS = {
  none: 'none',
  orMore: (count: string) => `${count}+`,
};

const PAGE_SIZE = 25;

/** Beyond, a list only says that there are more. */
const MOST_COUNTED = 1_000;

export type ListContext = Pick<AccountContext, 'db' | 'clock' | 'settings'>;

export interface MemberPage {
  members: ListedMember[];
  /** How many members match; 1,001 stands for any number above 1,000. */
  count: number;
  /** The pages beside this one; undefined where there is none. */
  previous: Cursor | undefined;
  next: Cursor | undefined;
}

/** Formats the count of a page: `none`, `31`, `1,000+`. */
export function formatCount(count: number, locale: string): string {
  if (count === 0) return TEXTS.none;
  return count > MOST_COUNTED
    ? TEXTS.orMore(MOST_COUNTED.toLocaleString(locale))
    : count.toLocaleString(locale);
}

/** Lists members, 25 a page. A cursor that leads nowhere gives the first page. */
export async function listMembers(
  { db, clock, settings }: ListContext,
  filters: MemberFilters,
  cursor?: Cursor,
): Promise<MemberPage> {
  const query = queryOf(filters, settings.membership, clock());
  const count = await countUpTo(db, query, MOST_COUNTED + 1);
  const limit = PAGE_SIZE + 1;
  if (cursor) {
    const found = await findMembers(db, query, { cursor, limit });
    // Members who joined after the page behind was shown must not leave the first page short.
    const leadsNowhere = found.length < (cursor.direction === 'before' ? PAGE_SIZE : 1);
    if (!leadsNowhere) return { count, ...pageOf(query, found, cursor.direction) };
  }
  return { count, ...pageOf(query, await findMembers(db, query, { limit })) };
}

/** @param found one more than the page shows, if there are more that way */
function pageOf(query: MemberQuery, found: ListedMember[], direction?: Cursor['direction']) {
  const more = found.length > PAGE_SIZE;
  const members = direction === 'before' ? found.slice(-PAGE_SIZE) : found.slice(0, PAGE_SIZE);
  const [first, last] = [members[0], members.at(-1)];
  const hasPrevious = direction === 'before' ? more : direction === 'after';
  const hasNext = direction === 'before' || more;
  return {
    members,
    previous: hasPrevious && first ? cursorOf(query, 'before', first) : undefined,
    next: hasNext && last ? cursorOf(query, 'after', last) : undefined,
  };
}

/** The place after or before a member in the order of a query. */
export function cursorOf(
  { order }: MemberQuery,
  direction: Cursor['direction'],
  member: ListedMember,
): Cursor {
  const value = order.column === 'created_at' ? member.createdAt : foldCase(member.username);
  return { direction, value, id: member.id };
}
