import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { waitText } from '../../shared/format/durations.ts';
import { clientOf } from '../../web/client.ts';
import { formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { type RefusedForm, refusedForm } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { NEW_PASSWORD_FIELDS } from '../account-fields.ts';
import { findApp } from '../credentials/authenticator-apps.table.ts';
import { codeField } from '../credentials/code-field.ts';
import { type OpenedLink, openLink } from '../links.ts';
import { closeSessionOf } from '../login/passport.http.ts';
import { showDeadLink } from '../mailed-link.page.ts';
import { resetLink, resetPassword } from './reset-password.ts';

export const TEXTS = {
  title: 'Choose a new password',
  done: 'Your password is changed, and every session was ended. Please log in with the new one.',
  next: 'Ask for a new link',
  throttled: (wait: string) => `Too many wrong codes. Try again in ${wait}.`,
};

const NEXT = { url: paths.forgotPassword(), label: TEXTS.next };

declare module 'express-session' {
  interface SessionData {
    /** The reset link that was opened in this session, by the hash of its token. */
    resetLink?: string;
  }
}

/**
 * The link itself only puts its hash into the session and leads on: so the token is gone from the address bar, the
 * history and what the browser tells other pages (Referer).
 */
export function resetPasswordPage(context: AccountContext) {
  const find = (req: Request) => openLink(context, resetLink, req.session.resetLink ?? '');

  async function show(
    res: Response,
    { user, link }: Extract<OpenedLink, { state: 'live' }>,
    { errors, error }: RefusedForm = {},
  ) {
    const code = async () => ({ code: codeField((await findApp(context.db, user.id)) !== undefined) });
    const fields = { ...NEW_PASSWORD_FIELDS, ...(user.twoFactorSince === null ? {} : await code()) };
    return res.page('accounts/password-reset/reset-password', {
      title: TEXTS.title,
      section: 'door',
      username: user.username,
      lifetime: waitText(link.expiresAt - context.clock()),
      form: formView(paths.resetPassword(), fields, {}, errors),
      error,
    });
  }

  return {
    async open(req: Request, res: Response): Promise<void> {
      const hash = hashToken(String(req.params.token));
      const found = await openLink(context, resetLink, hash);
      if (found.state !== 'live') return showDeadLink(req, res, found.state, NEXT);
      req.session.resetLink = hash;
      await seeOther(req, res, paths.resetPassword());
    },

    async get(req: Request, res: Response): Promise<void> {
      const found = await find(req);
      return found.state === 'live' ? show(res, found) : showDeadLink(req, res, found.state, NEXT);
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await resetPassword(context, req.session.resetLink ?? '', req.body, clientOf(req));
      if (outcome.ok) {
        delete req.session.resetLink;
        await closeSessionOf(req, outcome.userId);
        return seeOther(req, res, paths.login(), { success: TEXTS.done });
      }
      if (outcome.problem !== 'throttled' && outcome.problem !== 'invalid') {
        return showDeadLink(req, res, outcome.problem, NEXT);
      }
      const found = await find(req);
      if (found.state !== 'live') return showDeadLink(req, res, found.state, NEXT);
      return show(res, found, refusedForm(res, outcome, TEXTS.throttled));
    },
  };
}
