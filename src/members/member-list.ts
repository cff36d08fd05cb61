import type { AccountContext } from '../accounts/account-context.ts';
import { foldCase } from '../database/fold-case.ts';
import { readListPage } from '../shared/list-page.ts';
import { type MemberFilters, queryOf } from './member-filters.ts';
import {
  type Cursor,
  countUpTo,
  countWaiting,
  findMembers,
  type ListedMember,
  listWaiting,
  type MemberQuery,
} from './members.table.ts';

const TEXTS = {
  none: 'none',
  orMore: (count: string) => `${count}+`,
};

const PAGE_SIZE = 25;

/** Beyond, a list only says that there are more. */
const MOST_COUNTED = 1_000;

export type ListContext = Pick<AccountContext, 'db' | 'clock' | 'settings'>;

/** Formats the count of a page: `none`, `31`, `1,000+`. */
export function formatCount(count: number, locale: string): string {
  if (count === 0) return TEXTS.none;
  return count > MOST_COUNTED
    ? TEXTS.orMore(MOST_COUNTED.toLocaleString(locale))
    : count.toLocaleString(locale);
}

/** Lists members, 25 a page. */
export async function listMembers(
  { db, clock, settings }: ListContext,
  filters: MemberFilters,
  cursor?: Cursor,
) {
  const query = queryOf(filters, settings.membership, clock());
  const count = await countUpTo(db, query, MOST_COUNTED + 1);
  const page = await readListPage(PAGE_SIZE, cursor, (limit, place?: Cursor) =>
    findMembers(db, query, { cursor: place, limit }),
  );
  return {
    /** 1,001 stands for any number above 1,000. */
    count,
    members: page.rows,
    previous: page.previous && cursorOf(query, 'before', page.previous),
    next: page.next && cursorOf(query, 'after', page.next),
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

/** How many wait for an admin's yes; none unless MEMBERSHIP asks for one. */
export async function countWaitingMembers({
  db,
  settings,
}: Pick<ListContext, 'db' | 'settings'>): Promise<number> {
  return settings.membership === 'approval' ? countWaiting(db) : 0;
}

/**
 * Lists who waits for an admin's yes, 25 a page.
 *
 * @param wanted the page, from 1; one that does not exist becomes the nearest that does
 */
export async function listWaitingMembers(context: ListContext, wanted: number) {
  const total = await countWaitingMembers(context);
  const pageCount = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const page = Math.min(Math.max(1, wanted), pageCount);
  const offset = (page - 1) * PAGE_SIZE;
  const members = total === 0 ? [] : await listWaiting(context.db, { limit: PAGE_SIZE, offset });
  return { members, total, page, pageCount };
}
