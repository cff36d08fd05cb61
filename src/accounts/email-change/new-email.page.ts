import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { showDeadLink } from '../invalid-link.page.ts';
import { confirmNewEmail, findNewEmail } from './new-email.ts';
import { showTakenAddress } from './taken-address.page.ts';

export const TEXTS = {
  title: 'Confirm your new e-mail address',
  explain: (email: string) => `From now on ${email} is the address of your account.`,
  button: 'Confirm the address',
  done: (email: string) => `Your e-mail address is ${email} now.`,
  taken: (email: string) =>
    `Another account uses ${email} by now, so yours keeps the address that it has. Choose another one in your profile.`,
  profile: 'To your profile',
};

/** Where who confirms a new address comes from, and goes on. */
const PROFILE = { url: paths.profile(), label: TEXTS.profile };

export function newEmailPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const token = String(req.params.token);
      const found = await findNewEmail(context, token);
      if (found.state !== 'live') return showDeadLink(req, res, found.state, PROFILE);
      return res.page('accounts/email-change/mailed-link', {
        title: TEXTS.title,
        section: 'door',
        paragraphs: [TEXTS.explain(String(found.link.data.email))],
        action: paths.confirmNewEmail(token),
        button: TEXTS.button,
      });
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await confirmNewEmail(context, String(req.params.token), clientOf(req));
      if (outcome.ok) {
        flash(req, 'success', TEXTS.done(outcome.email));
        return seeOther(req, res, req.user?.id === outcome.userId ? paths.profile() : paths.login());
      }
      if (outcome.problem === 'taken') return showTakenAddress(res, TEXTS.taken(outcome.email), PROFILE);
      return showDeadLink(req, res, outcome.problem, PROFILE);
    },
  };
}
