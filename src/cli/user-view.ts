import { listPersonalTokensOf } from '../accounts/credentials/personal-tokens.table.ts';
import { secondFactorStatus } from '../accounts/credentials/second-factors.ts';
import { listFamiliesOf } from '../accounts/credentials/token-families.table.ts';
import { findCreatedAt, type User } from '../accounts/users.table.ts';
import { queryOf, readMemberFilters } from '../members/member-filters.ts';
import { MEMBER_STATE_LABELS, type MemberState, memberState } from '../members/member-state.ts';
import { findMembers, type ListedMember } from '../members/members.table.ts';
import type { Role } from '../permissions.ts';
import { listSessionsOf } from '../sessions/sessions.table.ts';
import { minuteOf } from '../shared/clock.ts';
import { formatCount } from '../shared/format/counts.ts';
import { inColumns, Refusal, type Report } from './shell/output.ts';
import type { Store } from './shell/store.ts';

const TEXTS = {
  columns: ['USERNAME', 'E-MAIL', 'ROLE', 'STATE', 'TWO-FACTOR', 'MADE'],
  nobody: 'Nobody fits.',
  more: (limit: number) =>
    `These are the first ${limit}. More fit: say more with --search, or raise --limit.`,
  search: 'Search for the start of a username, email or mail domain.',
};

export async function showMember(store: Store, member: User): Promise<Report> {
  const { db, clock, settings } = store;
  const { id, username, email, role } = member;
  const { since, app, passkeys, recoveryCodesLeft } = await secondFactorStatus(store, member);
  const now = clock();
  const sessions = (await listSessionsOf(db, id, now)).length;
  const programs = (await listFamiliesOf(db, id, now)).length;
  const tokens = (await listPersonalTokensOf(db, id)).filter(({ expiresAt }) => expiresAt > now).length;
  const createdAt = (await findCreatedAt(db, id)) ?? null;
  const state = memberState(member, settings.membership);

  const factors = [
    ...(app ? ['authenticator app'] : []),
    ...(passkeys > 0 ? [`passkeys: ${passkeys}`] : []),
    ...(since === null ? [] : [`recovery codes left: ${recoveryCodesLeft}`]),
  ];
  const erasure = member.closingAt === null ? [] : [['to be erased', momentText(member.closingAt)]];
  return {
    lines: inColumns([
      ['username', username],
      ['e-mail', `${email} (${member.emailVerifiedAt === null ? 'not confirmed' : 'confirmed'})`],
      ['role', role],
      ['state', MEMBER_STATE_LABELS[state]],
      ...erasure,
      ['second factor', factors.join(', ') || 'none'],
      ['logged in on', [formatCount(sessions, 'device'), formatCount(programs, 'program')].join(', ')],
      ['tokens', formatCount(tokens, 'personal access token')],
      ['made', createdAt === null ? '' : momentText(createdAt)],
    ]),
    data: {
      id,
      username,
      email,
      role,
      state,
      emailVerifiedAt: iso(member.emailVerifiedAt),
      twoFactor: { since: iso(since), app, passkeys, recoveryCodesLeft },
      sessions,
      programs,
      personalTokens: tokens,
      createdAt: iso(createdAt),
      closingAt: iso(member.closingAt),
    },
  };
}

/** For programs: ISO 8601, in UTC. */
function iso(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** For people: `2026-11-20 13:18 UTC`. */
function momentText(time: number): string {
  return `${minuteOf(time)} UTC`;
}

export interface Listing {
  role?: Role;
  state?: MemberState;
  search?: string;
  limit: number;
}

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
