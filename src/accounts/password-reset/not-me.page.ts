import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { type NextStep, showDeadLink } from '../invalid-link.page.ts';
import { closeSession } from '../login/passport.http.ts';
import { findReport, reportNotMe, type TakenBack } from './not-me-report.ts';

export const TEXTS = {
  title: 'This wasn’t you?',
  done: 'Every session was ended and the account is locked. Look into your mailbox: the mail that we have just sent lets you choose a new password and come back in.',
  next: 'Reset the password instead',
  takenBack: {
    passkey: 'The passkey that was added is removed.',
    app: 'The authenticator app that was added is removed.',
    identity: 'The login elsewhere that was connected is disconnected.',
  } satisfies Record<TakenBack, string>,
  address: (email: string) =>
    `The address of the account becomes ${email} again. Passkeys, authenticator apps and logins elsewhere that were added since it was changed, and within the last three days, are removed.`,
};

const NEXT: NextStep = { url: paths.forgotPassword(), label: TEXTS.next };

/** "This wasn't me": says what will happen, and does it at the push of the button, for guests and members. */
export function notMePage(context: AccountContext) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const token = String(req.params.token);
      const found = await findReport(context, token);
      if (found.state !== 'live') return showDeadLink(req, res, found.state, NEXT);
      return res.page('accounts/password-reset/not-me', {
        title: TEXTS.title,
        section: 'door',
        username: found.username,
        takenBack: found.takenBack && TEXTS.takenBack[found.takenBack],
        address: found.address && TEXTS.address(found.address),
        form: formView(paths.notMe(token), {}),
      });
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await reportNotMe(context, String(req.params.token), clientOf(req));
      if (!outcome.ok) return showDeadLink(req, res, outcome.problem, NEXT);
      // Its row is gone: what is said next needs a session of its own.
      if (req.user?.id === outcome.userId) await closeSession(req);
      flash(req, 'success', TEXTS.done);
      await seeOther(req, res, paths.login());
    },
  };
}
