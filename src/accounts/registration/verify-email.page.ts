import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { showDeadLink } from '../invalid-link.page.ts';
import { memberOf } from '../signed-in.http.ts';
import { findVerification, verifyEmail } from './email-verification.ts';

export const TEXTS = {
  title: 'Confirm your e-mail address',
  done: 'Thank you. Your e-mail address is confirmed.',
  already: 'Your e-mail address is confirmed already.',
  next: 'To my account, to have a new link sent',
};

const NEXT = { url: paths.account(), label: TEXTS.next };

/** Who clicks twice, or opens the mail once more, has nothing left to do. */
function showDead(req: Request, res: Response, state: 'dead' | 'unknown'): Promise<void> {
  if (state !== 'dead' || !req.user || memberOf(req).emailVerifiedAt === null) {
    return showDeadLink(req, res, state, NEXT);
  }
  flash(req, 'info', TEXTS.already);
  return seeOther(req, res, paths.account());
}

/** Confirms an address, of a guest or a member, by a button: programs that look through mail open every link. */
export function verifyEmailPage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const token = String(req.params.token);
      const found = await findVerification(context, token);
      if (found.state !== 'live') return showDead(req, res, found.state);
      return res.page('accounts/registration/verify-email', {
        title: TEXTS.title,
        section: 'door',
        email: found.email,
        form: formView(paths.verifyEmail(token), {}),
      });
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await verifyEmail(context, String(req.params.token), clientOf(req));
      if (!outcome.ok) return showDead(req, res, outcome.problem);
      flash(req, 'success', TEXTS.done);
      // A guest goes on to the login page from there.
      await seeOther(req, res, paths.home());
    },
  };
}
