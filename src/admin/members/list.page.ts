import type { Request, Response } from 'express';
import { memberOf } from '../../accounts/signed-in.http.ts';
import {
  formatFilters,
  isFiltered,
  JOINED_IN,
  MEMBER_SORTS,
  type MemberFilters,
  readMemberFilters,
} from '../../members/member-filters.ts';
import { formatCount, listMembers } from '../../members/member-list.ts';
import { MEMBER_STATE_LABELS, MEMBER_STATES, memberState } from '../../members/member-state.ts';
import type { ListedMember } from '../../members/members.table.ts';
import { paths } from '../../paths.ts';
import { canManageMembers, ROLES } from '../../permissions.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { addressOf, readCursor } from './list-address.ts';

const TEXTS = {
  title: 'Members',
  any: 'any',
  labels: {
    role: 'Role',
    state: 'State',
    verified: 'E-mail address',
    two_factor: 'Two-factor',
    joined: 'Joined',
    sort: 'Sort by',
  },
  verified: { yes: 'confirmed', no: 'not confirmed' },
  twoFactor: { yes: 'on', no: 'off' },
  joined: { today: 'today', week: 'last 7 days', month: 'last 30 days', year: 'last 365 days' },
  sorts: {
    newest: 'Newest first',
    oldest: 'Oldest first',
    name: 'Name, A to Z',
    'name-desc': 'Name, Z to A',
  },
  previous: 'Previous',
  next: 'Next',
};

/** The members, with whatever leads to one of them or to more of them. */
export function memberListPage(context: AdminContext) {
  const { settings } = context;
  const { storeLocale } = context.config;
  const days = new Intl.DateTimeFormat(storeLocale, { dateStyle: 'medium', timeZone: 'UTC' });

  function row(member: ListedMember) {
    const state = memberState(member, settings.membership);
    return {
      url: paths.adminMember(member.id),
      username: member.username,
      email: member.email,
      role: member.role,
      state: MEMBER_STATE_LABELS[state],
      active: state === 'active',
      verified: TEXTS.verified[member.emailVerifiedAt === null ? 'no' : 'yes'],
      twoFactor: TEXTS.twoFactor[member.twoFactorSince === null ? 'no' : 'yes'],
      joined: { iso: new Date(member.createdAt).toISOString(), text: days.format(member.createdAt) },
    };
  }

  /** What admins do from here, and moderators do not. */
  function actions(filters: MemberFilters) {
    return {
      add: paths.newMember(),
      invite: paths.newInvitations(),
      waiting: settings.membership === 'approval' ? paths.waitingMembers() : undefined,
      export: addressOf(paths.exportMembers(), filters),
    };
  }

  function choices(filters: MemberFilters) {
    const states = MEMBER_STATES.filter((state) => state !== 'waiting' || settings.membership === 'approval');
    return [
      choice(
        'role',
        filters,
        ROLES.map((role) => [role, role]),
      ),
      choice(
        'state',
        filters,
        states.map((state) => [state, MEMBER_STATE_LABELS[state]]),
      ),
      choice('verified', filters, Object.entries(TEXTS.verified)),
      choice('two_factor', filters, Object.entries(TEXTS.twoFactor)),
      choice(
        'joined',
        filters,
        JOINED_IN.map((since) => [since, TEXTS.joined[since]]),
      ),
      choice(
        'sort',
        filters,
        MEMBER_SORTS.map((sort) => [sort, TEXTS.sorts[sort]]),
      ),
    ];
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const filters = readMemberFilters(req.query, settings.membership);
      const found = await listMembers(context, filters, readCursor(req.query, filters.sort));
      const { previous, next } = found;
      const linkTo = (cursor: typeof previous, label: string) =>
        cursor && { url: addressOf(paths.adminMembers(), filters, cursor), label };
      return renderAdminPage(res, 'members', 'members/list', {
        title: TEXTS.title,
        summary: `${formatFilters(filters)}: ${formatCount(found.count, storeLocale)}`,
        filtered: isFiltered(filters),
        query: filters.q,
        choices: choices(filters),
        members: found.members.map(row),
        alone: !isFiltered(filters) && found.count === 1,
        actions: canManageMembers(memberOf(req)) ? actions(filters) : undefined,
        steps: {
          newer: linkTo(previous, TEXTS.previous),
          older: linkTo(next, TEXTS.next),
        },
      });
    },
  };
}

/** A select of the filter form; all but the order can be left open. */
function choice(name: keyof typeof TEXTS.labels, filters: MemberFilters, options: [string, string][]) {
  const all = name === 'sort' ? options : [['', TEXTS.any] as [string, string], ...options];
  return {
    name,
    id: name.replaceAll('_', '-'),
    label: TEXTS.labels[name],
    options: all.map(([value, label]) => ({ value, label, selected: value === filters[name] })),
  };
}
