import type { Request, Response } from 'express';
import {
  INVITATION_STATES,
  type ListedInvitation,
  type ListedState,
} from '../../accounts/invitations/invitation-list.table.ts';
import { listInvitations } from '../../accounts/invitations/invitations.ts';
import { paths } from '../../paths.ts';
import { isStaff } from '../../permissions.ts';
import { dayView } from '../../shared/format/dates.ts';
import { listUrl, pageNumber, paginate } from '../../web/pagination.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';

export const TEXTS = {
  title: 'Invitations',
  states: { open: 'Open', accepted: 'Accepted', expired: 'Expired', withdrawn: 'Withdrawn' },
  /** In front of the day on which it ends or ended. */
  ends: { open: 'good until', accepted: 'accepted on', expired: 'expired on', withdrawn: 'withdrawn on' },
  formerAdmin: 'somebody who has left',
  terminal: 'the store’s owner',
  empty: {
    open: {
      title: 'Nobody is invited at the moment',
      message:
        'Whoever you invite gets a mail with a link to make an account. It works once, within 7 days; until then the invitation is listed here.',
    },
    accepted: { title: 'Nobody has accepted lately', message: 'What was accepted stands here for 30 days.' },
    expired: {
      title: 'No invitation has expired lately',
      message: 'What nobody accepted within 7 days stands here for 30 days, and can be renewed.',
    },
    withdrawn: { title: 'No invitation was withdrawn lately', message: 'They stand here for 30 days.' },
  } satisfies Record<ListedState, { title: string; message: string }>,
  notFound: {
    title: 'No such address here',
    message: (q: string) => `None of these invitations is for an address that begins with “${q}”.`,
  },
};

const LONGEST_SEARCH = 254;

/** What an address asks for; what makes no sense is as if it were not there. */
function readFilters({ state, q, page }: Request['query']) {
  return {
    state: INVITATION_STATES.find((each) => each === state) ?? 'open',
    q: typeof q === 'string' ? q.trim().slice(0, LONGEST_SEARCH) : '',
    page: pageNumber(page),
  };
}

function urlOf(state: ListedState, q: string, page = 1): string {
  const given = { state: state === 'open' ? '' : state, q, page };
  return listUrl(paths.invitations(), given);
}

export function invitationListPage(context: AdminContext) {
  const { storeLocale } = context.config;

  function row(state: ListedState, invitation: ListedInvitation & { dormant: boolean }) {
    const { id, email, role, invitedBy, inviter, inviterErasedAt, acceptedBy, accepter } = invitation;
    const gone = inviter === null || inviterErasedAt !== null;
    return {
      email,
      role: isStaff(invitation) ? role : '',
      inviter: invitedBy === null ? TEXTS.terminal : gone ? TEXTS.formerAdmin : inviter,
      made: dayView(invitation.createdAt, storeLocale),
      endWord: TEXTS.ends[state],
      end: dayView(invitation.endsAt, storeLocale),
      waits: invitation.mailDueAt !== null,
      dormant: state === 'open' && invitation.dormant,
      member: acceptedBy === null ? undefined : { name: accepter, url: paths.adminMember(acceptedBy) },
      renewal: state === 'open' || state === 'expired' ? paths.renewInvitation(id) : undefined,
      withdrawal: state === 'open' ? paths.withdrawInvitation(id) : undefined,
    };
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const wanted = readFilters(req.query);
      const { invitations, counts, page, pageCount } = await listInvitations(context, wanted);
      const { state, q } = wanted;
      return renderAdminPage(res, 'invitations/list', {
        title: TEXTS.title,
        state: state === 'open' ? '' : state,
        q,
        all: q && urlOf(state, ''),
        states: INVITATION_STATES.map((each) => ({
          label: TEXTS.states[each],
          count: counts[each],
          url: urlOf(each, q),
          current: each === state,
        })),
        searchable: q !== '' || pageCount > 1,
        invitations: invitations.map((invitation) => row(state, invitation)),
        empty: q ? { ...TEXTS.notFound, message: TEXTS.notFound.message(q) } : TEXTS.empty[state],
        pagination: paginate(page, pageCount, (number) => urlOf(state, q, number)),
      });
    },
  };
}
