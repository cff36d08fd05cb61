import type { Request, Response } from 'express';
import { signedIn } from '../../accounts/signed-in.http.ts';
import { EXPORT_COLUMNS, exportMembers } from '../../members/member-export.ts';
import {
  formatFilters,
  isFiltered,
  type Joined,
  type MemberFilters,
  type MemberSort,
  readMemberFilters,
} from '../../members/member-filters.ts';
import { formatCount, listMembers } from '../../members/member-list.ts';
import { MEMBER_STATE_LABELS, memberState } from '../../members/member-state.ts';
import type { ListedMember } from '../../members/members.table.ts';
import { paths } from '../../paths.ts';
import { canManageMembers, ROLES } from '../../permissions.ts';
import { sendCsv } from '../../shared/format/csv.ts';
import { clientOf } from '../../web/client.ts';
import { takeDraft } from '../../web/form-drafts.ts';
import { formView, hiddenFields } from '../../web/forms.ts';
import { stepLinks } from '../../web/pagination.ts';
import { Problem } from '../../web/problems.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';
import { addressOf, readCursor, setFilters } from './list-address.ts';

const TEXTS = {
  title: 'Members',
  exportTitle: 'Export members',
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
  joined: {
    today: 'today',
    week: 'last 7 days',
    month: 'last 30 days',
    year: 'last 365 days',
  } satisfies Record<Joined, string>,
  sorts: {
    newest: 'Newest first',
    oldest: 'Oldest first',
    name: 'Name, A to Z',
    'name-desc': 'Name, Z to A',
  } satisfies Record<MemberSort, string>,
};

export function memberListPages(context: AdminContext) {
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

  function actions(filters: MemberFilters) {
    return {
      add: paths.newMember(),
      invite: paths.newInvitations(),
      waiting: settings.membership === 'approval' ? paths.waitingMembers() : undefined,
      export: addressOf(paths.exportMembers(), filters),
    };
  }

  function choices(filters: MemberFilters) {
    const { waiting: _waiting, ...others } = MEMBER_STATE_LABELS;
    const states = settings.membership === 'approval' ? MEMBER_STATE_LABELS : others;
    return [
      choice('role', filters, Object.fromEntries(ROLES.map((role) => [role, role]))),
      choice('state', filters, states),
      choice('verified', filters, TEXTS.verified),
      choice('two_factor', filters, TEXTS.twoFactor),
      choice('joined', filters, TEXTS.joined),
      choice('sort', filters, TEXTS.sorts),
    ];
  }

  const list = {
    get: signedIn(async (req, res, viewer) => {
      const filters = readMemberFilters(req.query, settings.membership);
      const found = await listMembers(context, filters, readCursor(req.query, filters.sort));
      const { previous, next } = found;
      return renderAdminPage(res, 'members/list', {
        title: TEXTS.title,
        summary: `${formatFilters(filters)}: ${formatCount(found.count, storeLocale)}`,
        filtered: isFiltered(filters),
        query: filters.q,
        choices: choices(filters),
        members: found.members.map(row),
        alone: !isFiltered(filters) && found.count === 1,
        actions: canManageMembers(viewer) && actions(filters),
        steps: stepLinks({
          newer: previous && addressOf(paths.adminMembers(), filters, previous),
          older: next && addressOf(paths.adminMembers(), filters, next),
        }),
      });
    }),
  };

  /** The same members as a file for a spreadsheet. */
  const download = {
    async get(req: Request, res: Response): Promise<void> {
      const filters = readMemberFilters({ ...req.query, ...takeDraft(req) }, settings.membership);
      const { count } = await listMembers(context, filters);
      return renderAdminPage(res, 'members/export', {
        title: TEXTS.exportTitle,
        what: formatFilters(filters),
        count: formatCount(count, storeLocale),
        columns: EXPORT_COLUMNS.join(', '),
        back: addressOf(paths.adminMembers(), filters),
        form: formView(paths.exportMembers(), hiddenFields(Object.keys(setFilters(filters))), filters),
      });
    },

    post: signedIn(async (req, res, admin) => {
      const filters = readMemberFilters(req.body, settings.membership);
      const file = await exportMembers(context, admin, clientOf(req), filters);
      if (!file.ok) throw new Problem(403);
      return sendCsv(res, file.name, EXPORT_COLUMNS, file.batches);
    }),
  };

  return { list, download };
}

/** A select of the filter form; all but the order can be left open. @param labels of its values */
function choice(name: keyof typeof TEXTS.labels, filters: MemberFilters, labels: Record<string, string>) {
  const options = Object.entries(name === 'sort' ? labels : { '': TEXTS.any, ...labels });
  return {
    name,
    id: name.replaceAll('_', '-'),
    label: TEXTS.labels[name],
    options: options.map(([value, label]) => ({ value, label, selected: value === filters[name] })),
  };
}
