import { z } from 'zod';
import { foldCase } from '../database/fold-case.ts';
import { ROLES } from '../permissions.ts';
import type { Membership } from '../settings/store-settings.ts';
import { DAY, startOfDay } from '../shared/clock.ts';
import { MEMBER_STATES, type MemberState } from './member-state.ts';
import type { MemberQuery } from './members.table.ts';

const TEXTS = {
  all: 'All members',
  roles: { '': 'Members', user: 'Users', moderator: 'Moderators', admin: 'Admins' },
  states: {
    active: 'active',
    waiting: 'waiting to be let in',
    locked: 'locked',
    disabled: 'disabled',
    closing: 'to be erased',
  } satisfies Record<MemberState, string>,
  verified: { yes: 'confirmed', no: 'not confirmed' },
  twoFactor: { yes: 'with two-factor', no: 'without two-factor' },
  joined: {
    today: 'joined today',
    week: 'joined in the last 7 days',
    month: 'joined in the last 30 days',
    year: 'joined in the last 365 days',
  },
  matching: (search: string) => `matching “${search}”`,
  searched: 'matching a search',
};

const MEMBER_SORTS = ['newest', 'oldest', 'name', 'name-desc'] as const;
export type MemberSort = (typeof MEMBER_SORTS)[number];

const ORDERS: Record<MemberSort, MemberQuery['order']> = {
  newest: { column: 'created_at', descending: true },
  oldest: { column: 'created_at', descending: false },
  name: { column: 'username_key', descending: false },
  'name-desc': { column: 'username_key', descending: true },
};

/** No email is longer. */
export const LONGEST_SEARCH = 254;

/** How many days each time to have joined in has: days in UTC, today among them. */
const JOINED = { today: 1, week: 7, month: 30, year: 365 };
export type Joined = keyof typeof JOINED;
const JOINED_IN = Object.keys(JOINED) as Joined[];

/** One of some values, or nothing asked for. Nonsense in a field is that field's default. */
const oneOf = <Value extends string>(values: readonly Value[]) =>
  z.union([z.literal(''), z.enum(values)]).catch('');

const form = z.object({
  q: z
    .string()
    .transform((text) => text.trim().slice(0, LONGEST_SEARCH))
    .catch(''),
  role: oneOf(ROLES),
  state: oneOf(MEMBER_STATES),
  verified: oneOf(['yes', 'no']),
  two_factor: oneOf(['yes', 'no']),
  joined: oneOf(JOINED_IN),
  sort: z.enum(MEMBER_SORTS).catch('newest'),
});

/** What a member list is asked for, by the names that stand in the address; empty where it does not matter. */
export type MemberFilters = z.output<typeof form>;

/** Reads filters from an address or a form. Waiting means nothing where nobody has to be let in. */
export function readMemberFilters(input: unknown, membership: Membership): MemberFilters {
  const filters = form.parse(input ?? {});
  return filters.state === 'waiting' && membership !== 'approval' ? { ...filters, state: '' } : filters;
}

/** Whether anything but the order is asked for. */
export function isFiltered({ sort: _sort, ...filters }: MemberFilters): boolean {
  return Object.values(filters).some((value) => value !== '');
}

/** Formats filters for people: `Moderators, not confirmed, matching “smith”`. */
export function formatFilters(filters: MemberFilters): string {
  return format(filters, filters.q && TEXTS.matching(filters.q));
}

/**
 * The same for the audit log, which does not say what was searched for: that may be somebody's name or address, and
 * could not be erased from there with them.
 */
export function formatFiltersForLog(filters: MemberFilters): string {
  return format(filters, filters.q && TEXTS.searched);
}

function format(filters: MemberFilters, search: string): string {
  const { role, state, verified, two_factor, joined } = filters;
  if (!isFiltered(filters)) return TEXTS.all;
  return [
    TEXTS.roles[role],
    state && TEXTS.states[state],
    verified && TEXTS.verified[verified],
    two_factor && TEXTS.twoFactor[two_factor],
    joined && TEXTS.joined[joined],
    search,
  ]
    .filter(Boolean)
    .join(', ');
}

/** What filters mean for the table at this time. */
export function queryOf(filters: MemberFilters, membership: Membership, now: number): MemberQuery {
  const { q, role, state, verified, two_factor, joined, sort } = filters;
  return {
    prefix: foldCase(q) || undefined,
    role: role || undefined,
    state: state || undefined,
    needsApproval: membership === 'approval',
    verified: verified ? verified === 'yes' : undefined,
    twoFactor: two_factor ? two_factor === 'yes' : undefined,
    joinedSince: joined ? startOfDay(now) - (JOINED[joined] - 1) * DAY : undefined,
    order: ORDERS[sort],
  };
}
