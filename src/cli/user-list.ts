import { queryOf, readMemberFilters } from '../members/member-filters.ts';
import { MEMBER_STATE_LABELS, type MemberState, memberState } from '../members/member-state.ts';
import { findMembers, type ListedMember } from '../members/members.table.ts';
import type { Role } from '../permissions.ts';
import { inColumns, Refusal, type Report } from './output.ts';
import type { Store } from './store.ts';
import { iso } from './user-view.ts';

const TEXTS = {
  columns: ['USERNAME', 'E-MAIL', 'ROLE', 'STATE', 'TWO-FACTOR', 'MADE'],
  nobody: 'Nobody fits.',
  more: (limit: number) =>
    `These are the first ${limit}. More fit: say more with --search, or raise --limit.`,
  search: 'Search for the start of a username, email or mail domain.',
};

/** Which members are asked for. */
export interface Listing {
  role?: Role;
  state?: MemberState;
  search?: string;
  limit: number;
}

/** Lists members by name, as the back office finds them. */
export async function listMembers(store: Store, { role, state, search, limit }: Listing): Promise<Report> {
  const { membership } = store.settings;
  const filters = readMemberFilters({ role, state, q: search, sort: 'name' }, membership);
  if (search !== undefined && filters.q === '') throw new Refusal('invalid', TEXTS.search);
  // Where nobody has to be let in, nobody waits.
  if (state && filters.state !== state) return reportOf([], limit, store);
  const query = queryOf(filters, membership, store.clock());
  return reportOf(await findMembers(store.db, query, { limit: limit + 1 }), limit, store);
}

function reportOf(found: ListedMember[], limit: number, { settings }: Store): Report {
  const more = found.length > limit;
  const members = found.slice(0, limit).map(({ id, username, email, role, ...member }) => ({
    id,
    username,
    email,
    role,
    state: memberState({ role, ...member }, settings.membership),
    emailVerifiedAt: iso(member.emailVerifiedAt),
    twoFactorSince: iso(member.twoFactorSince),
    createdAt: iso(member.createdAt),
  }));
  const rows = members.map(({ username, email, role, state, twoFactorSince, createdAt }) => [
    username,
    email,
    role,
    MEMBER_STATE_LABELS[state],
    twoFactorSince === null ? 'no' : 'yes',
    createdAt?.slice(0, 10) ?? '',
  ]);
  const lines = rows.length === 0 ? [TEXTS.nobody] : inColumns([TEXTS.columns, ...rows]);
  return { lines: more ? [...lines, TEXTS.more(limit)] : lines, data: { members, more } };
}
