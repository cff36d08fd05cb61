import type { Request, Response } from 'express';
import { findInvitationRow } from '../../accounts/invitations/invitations.table.ts';
import { type InvitationState, stateOf } from '../../accounts/invitations/invitations.ts';
import { renewInvitation, withdrawInvitation } from '../../members/invitation-withdrawal.ts';
import { paths } from '../../paths.ts';
import { flash } from '../../web/flash.ts';
import { idParam } from '../../web/ids.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import { memberActionOf } from '../members/member-action-form.http.ts';
import type { AdminContext } from '../shared/admin-context.ts';
import { renderAdminPage } from '../shared/admin-page.http.ts';

export const TEXTS = {
  notAllowed: 'Only administrators look after invitations.',
  withdrawal: {
    title: (email: string) => `Withdraw the invitation of ${email}?`,
    explain: 'The link in the mail no longer works. You can invite them again at any time.',
    button: 'Withdraw it',
    done: (email: string) => `The invitation of ${email} was withdrawn. Its link no longer works.`,
  },
  renewal: {
    title: (email: string) => `Renew the invitation of ${email}?`,
    explain: 'A new link is mailed, in your name, and works for 7 days. The one before no longer works.',
    button: 'Renew it',
    done: (email: string) => `A new link is on its way to ${email}. The one before no longer works.`,
  },
  ended: {
    open: () => 'Nothing was changed.',
    accepted: (email: string) => `${email} has accepted the invitation already.`,
    expired: (email: string) => `The time of the invitation of ${email} is over. Its link no longer works.`,
    withdrawn: (email: string) => `The invitation of ${email} was withdrawn already.`,
    replaced: (email: string) => `A newer invitation of ${email} took the place of this one.`,
  } satisfies Record<InvitationState, (email: string) => string>,
};

interface EndingPage {
  texts: typeof TEXTS.withdrawal;
  pathOf: (id: number) => string;
  states: InvitationState[];
  dangerous: boolean;
  carryOut: typeof withdrawInvitation;
}

export function endingPages(context: AdminContext) {
  async function sayEnded(req: Request, res: Response, state: InvitationState, email: string) {
    flash(req, 'warning', TEXTS.ended[state](email));
    return seeOther(req, res, paths.invitations());
  }

  function pageFor({ texts, pathOf, states, dangerous, carryOut }: EndingPage) {
    return {
      async get(req: Request, res: Response): Promise<void> {
        const id = idParam(req);
        const invitation = await findInvitationRow(context.db, { id });
        if (!invitation) throw new Problem(404);
        const { email } = invitation;
        const state = stateOf(invitation, context.clock());
        if (!states.includes(state)) return sayEnded(req, res, state, email);
        return renderAdminPage(res, 'invitations/confirm', {
          title: texts.title(email),
          explain: texts.explain,
          action: pathOf(id),
          button: texts.button,
          dangerous,
        });
      },

      async post(req: Request, res: Response): Promise<void> {
        const outcome = await carryOut(context, memberActionOf(req), idParam(req));
        if (outcome.ok) {
          flash(req, 'success', texts.done(outcome.email));
          return seeOther(req, res, paths.invitations());
        }
        if (outcome.problem === 'ended') return sayEnded(req, res, outcome.state, outcome.email);
        if (outcome.problem === 'unknown') throw new Problem(404);
        throw new Problem(403, TEXTS.notAllowed);
      },
    };
  }

  return {
    withdrawal: pageFor({
      texts: TEXTS.withdrawal,
      pathOf: paths.withdrawInvitation,
      states: ['open'],
      dangerous: true,
      carryOut: withdrawInvitation,
    }),
    renewal: pageFor({
      texts: TEXTS.renewal,
      pathOf: paths.renewInvitation,
      states: ['open', 'expired'],
      dangerous: false,
      carryOut: renewInvitation,
    }),
  };
}
