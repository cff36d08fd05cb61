import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { showDeadLink } from '../dead-link.page.ts';
import { findVerification, verifyEmail } from '../verification.ts';

const TEXTS = {
  title: 'Confirm your e-mail address',
  done: 'Thank you. Your e-mail address is confirmed.',
  next: 'To my account, to have a new link sent',
};

const NEXT = { url: paths.account(), label: TEXTS.next };

/** Confirms an address, of a guest or a member, by a button: programs that look through mail open every link. */
export function verifyEmailPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const token = String(req.params.token);
      const found = await findVerification(context, token);
      if (found.state !== 'live') return showDeadLink(req, res, found.state, NEXT);
      return res.page('accounts/joining/verify-email', {
        title: TEXTS.title,
        section: 'door',
        email: found.email,
        form: formView(paths.verifyEmail(token), {}),
      });
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await verifyEmail(context, String(req.params.token), clientOf(req));
      if (!outcome.ok) return showDeadLink(req, res, outcome.problem, NEXT);
      flash(req, 'success', TEXTS.done);
      // A guest goes on to the login page from there.
      await seeOther(req, res, paths.home());
    },
  };
}
