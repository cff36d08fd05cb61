import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { showDeadLink } from '../invalid-link.page.ts';
import { closeSession } from '../login/passport.http.ts';
import { findOldEmail, undoEmailChange } from './old-email.ts';
import { showTakenAddress } from './taken-address.page.ts';

export const TEXTS = {
  title: 'Take the change of your address back',
  explain: (email: string) => `The address of your account becomes ${email} again.`,
  ends: 'Every device and program is logged out, personal access tokens are removed, and links that were mailed to other addresses no longer work.',
  button: 'Take the change back',
  done: (email: string) =>
    `The address of your account is ${email} again, and every device was logged out. If it was not you who changed it, reset your password now.`,
  taken: (email: string) =>
    `Another account has the address ${email} by now, so it cannot be set back. Please ask the store for help.`,
  reset: 'Reset the password',
};

/** Where somebody goes on whose address was changed by another. */
const RESET = { url: paths.forgotPassword(), label: TEXTS.reset };

export function oldEmailPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const token = String(req.params.token);
      const found = await findOldEmail(context, token);
      if (found.state !== 'live') return showDeadLink(req, res, found.state, RESET);
      return res.page('accounts/email-change/mailed-link', {
        title: TEXTS.title,
        section: 'door',
        paragraphs: [TEXTS.explain(String(found.link.data.email)), TEXTS.ends],
        action: paths.undoNewEmail(token),
        button: TEXTS.button,
      });
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await undoEmailChange(context, String(req.params.token), clientOf(req));
      if (outcome.ok) {
        // This session ended with the others: what is said next is said to a guest.
        if (req.user?.id === outcome.userId) await closeSession(req);
        flash(req, 'success', TEXTS.done(outcome.email));
        return seeOther(req, res, paths.forgotPassword());
      }
      if (outcome.problem === 'taken') return showTakenAddress(res, TEXTS.taken(outcome.email), RESET);
      return showDeadLink(req, res, outcome.problem, RESET);
    },
  };
}
