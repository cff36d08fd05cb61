import { foldCase } from '../../database/fold-case.ts';
import type { AccountContext } from '../account-context.ts';
import { type MemberFilters, type MemberSort, queryOf } from './member-filters.ts';
import {
  type Behind,
  countEach,
  findAlongOrder,
  findAmongFew,
  type ListedMember,
  type MemberQuery,
  type OrderColumn,
} from './members.table.ts';

const TEXTS = {
  none: 'none',
  moreThan: (count: string) => `more than ${count}`,
};

const PAGE_SIZE = 25;

/**
 * A page costs about the same among 100,000 members as among 100, for nothing counts or sorts the whole table. What
 * few members fit is found with an index and put in order as a whole. What many fit is met soon on a walk along the
 * order of the list. So many are few: beyond, the walk is shorter. `bench` measures it.
 */
const FEW = { members: 500, words: 3_000 };

/** How many are counted exactly: with these facets, or found by these words. */
const COUNTED = { members: 2_000, words: 1_000 };

const ORDERS: Record<MemberSort, { column: OrderColumn; descending: boolean }> = {
  newest: { column: 'created_at', descending: true },
  oldest: { column: 'created_at', descending: false },
  name: { column: 'username_key', descending: false },
  'name-desc': { column: 'username_key', descending: true },
};

export type ListContext = Pick<AccountContext, 'db' | 'clock' | 'settings'>;

/** How many members fit: exactly, or more than so many. */
export type MemberCount = { exact: number } | { moreThan: number };

/** Says how many members there are: `none`, `31`, `more than 2,000`. */
export function countInWords(count: MemberCount, locale: string): string {
  if ('moreThan' in count) return TEXTS.moreThan(count.moreThan.toLocaleString(locale));
  return count.exact === 0 ? TEXTS.none : count.exact.toLocaleString(locale);
}

/** A page begins after a member or ends before one. */
export interface Place {
  direction: 'after' | 'before';
  member: Behind;
}

export interface MemberPage {
  members: ListedMember[];
  count: MemberCount;
  /** Where the pages beside it are; undefined when there is none. */
  previous?: Place | undefined;
  next?: Place | undefined;
}

/** How a query is answered. */
type Plan = {
  query: MemberQuery;
  order: (typeof ORDERS)[MemberSort];
  /** What is known of how many fit, before anybody is read. */
  count: MemberCount;
} & (
  | { few: false }
  | {
      few: true /** The words that few have; none when few have the facets. */;
      rare: string[];
      counted: boolean;
    }
);

/** Looks at what filters would find, and decides how to read it. */
export async function planList({ db, clock, settings }: ListContext, filters: MemberFilters): Promise<Plan> {
  const order = ORDERS[filters.sort];
  const query = queryOf(filters, settings.membership, clock());
  const found = await countEach(db, query, { facets: COUNTED.members + 1, words: FEW.words + 1 });
  const base = { query, order, count: boundsOf(query, found.facets) };
  const rare = query.words.filter((_word, index) => (found.words[index] ?? 0) <= FEW.words);
  if (rare.length > 0) {
    return { ...base, few: true, rare, counted: Math.min(...found.words) <= COUNTED.words };
  }
  if (found.facets <= FEW.members) return { ...base, few: true, rare, counted: query.words.length > 0 };
  return { ...base, few: false };
}

/** With facets alone, how many have them is how many fit; otherwise a page that leads on has more than it shows. */
function boundsOf({ words }: MemberQuery, ofFacets: number): MemberCount {
  if (words.length > 0) return { moreThan: PAGE_SIZE };
  return ofFacets > COUNTED.members ? { moreThan: COUNTED.members } : { exact: ofFacets };
}

/** Reads the members of a plan from a place on, in its order or against it. */
export async function readMembers(
  { db }: Pick<ListContext, 'db'>,
  plan: Plan,
  { behind, backwards = false, limit }: { behind?: Behind | undefined; backwards?: boolean; limit: number },
): Promise<{ members: ListedMember[]; count: MemberCount }> {
  const { query, order } = plan;
  const stretch = { ...order, descending: order.descending !== backwards, behind, limit };
  const members: (ListedMember & { total?: number })[] = plan.few
    ? await findAmongFew(db, query, plan, stretch)
    : await findAlongOrder(db, query, stretch);
  const isAll = behind === undefined && members.length < limit;
  const total = isAll ? members.length : members[0]?.total;
  return { members, count: total === undefined ? plan.count : { exact: total } };
}

/** Where a member stands in the order of a plan. */
export function placeIn({ order }: Pick<Plan, 'order'>, member: ListedMember): Behind {
  const value = order.column === 'created_at' ? member.createdAt : foldCase(member.username);
  return { value, id: member.id };
}

/**
 * Lists members, 25 a page.
 *
 * @param place where the page is; a place where nothing is (any more) is the first page
 */
export async function listMembers(
  context: ListContext,
  filters: MemberFilters,
  place?: Place,
): Promise<MemberPage> {
  const plan = await planList(context, filters);
  const first = () => readMembers(context, plan, { limit: PAGE_SIZE + 1 });
  if (!place) return pageOf(plan, await first());

  const backwards = place.direction === 'before';
  const asked = { behind: place.member, backwards, limit: PAGE_SIZE + 1 };
  const found = await readMembers(context, plan, asked);
  // The first page is full also when some of its members were added after the page behind it was shown.
  const isShort = found.members.length < (backwards ? PAGE_SIZE : 1);
  return isShort ? pageOf(plan, await first()) : pageOf(plan, found, place.direction);
}

function pageOf(
  plan: Plan,
  found: { members: ListedMember[]; count: MemberCount },
  direction?: Place['direction'],
): MemberPage {
  const more = found.members.length > PAGE_SIZE;
  const members = found.members.slice(0, PAGE_SIZE);
  if (direction === 'before') members.reverse();
  const stepOf = (way: Place['direction'], member: ListedMember | undefined): Place | undefined =>
    member && { direction: way, member: placeIn(plan, member) };
  const hasPrevious = direction === 'before' ? more : direction === 'after';
  const hasNext = direction === 'before' || more;
  return {
    members,
    count: found.count,
    previous: hasPrevious ? stepOf('before', members[0]) : undefined,
    next: hasNext ? stepOf('after', members.at(-1)) : undefined,
  };
}
