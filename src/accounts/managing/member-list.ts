import { foldCase } from '../../database/fold-case.ts';
import type { AccountContext } from '../account-context.ts';
import { isFiltered, type MemberFilters, type MemberSort, queryOf } from './member-filters.ts';
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
 * A page costs the same among 100,000 members as among 100, for nothing counts or sorts the whole table. What few
 * members fit is found with an index and put in order as a whole. What many fit is met soon on a walk along the order
 * of the list. So many are few: beyond, the walk is shorter. `bench` measures it.
 */
const FEW = 500;
/** Where a search is not all that is asked for, a walk has to look at more members until it has a page. */
const FEW_OF_THEM = 2_000;

/** What a search finds up to so many times is looked up once for a whole walk, other words for each member on the way. */
const RARE = 3_000;

/** Up to so many members are counted. */
const COUNTED = 2_000;

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
  /** Those of its words that not so many members have. */
  rare: string[];
} & ({ few: true } | { few: false; count: MemberCount });

/** Looks at what filters would find, and decides how to read it. */
export async function planList({ db, clock, settings }: ListContext, filters: MemberFilters): Promise<Plan> {
  const order = ORDERS[filters.sort];
  const query = queryOf(filters, settings.membership, clock());
  const counts = await countEach(db, query, { facets: COUNTED + 1, words: RARE + 1 });
  const rare = query.words.filter((_word, index) => (counts.words[index] ?? 0) <= RARE);
  const isOneWord = query.words.length === 1 && !isFiltered({ ...filters, q: '' });
  const few = isOneWord ? FEW : FEW_OF_THEM;
  if (counts.words.some((count) => count <= few)) return { query, order, rare, few: true };
  if (counts.facets <= FEW) return { query, order, rare: [], few: true };
  return { query, order, rare, few: false, count: boundsOf(query, counts.facets) };
}

/** What is known of how many members many are. */
function boundsOf({ words }: MemberQuery, ofFacets: number): MemberCount {
  if (words.length > 0) return { moreThan: PAGE_SIZE };
  return ofFacets > COUNTED ? { moreThan: COUNTED } : { exact: ofFacets };
}

/** Reads the members of a plan from a place on, in its order or against it. */
export async function readMembers(
  { db }: Pick<ListContext, 'db'>,
  plan: Plan,
  { behind, backwards = false, limit }: { behind?: Behind | undefined; backwards?: boolean; limit: number },
): Promise<{ members: ListedMember[]; count: MemberCount }> {
  const { query, order } = plan;
  const stretch = { ...order, descending: order.descending !== backwards, behind, limit };
  if (plan.few) {
    const members = await findAmongFew(db, query, plan.rare, stretch);
    return { members, count: { exact: members[0]?.total ?? 0 } };
  }
  const members = await findAlongOrder(db, query, plan.rare, stretch);
  const isAll = behind === undefined && members.length < limit;
  return { members, count: isAll ? { exact: members.length } : plan.count };
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
