import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { waitText } from '../../shared/format/durations.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { findApp } from '../credentials/authenticator-apps.table.ts';
import { codeField } from '../credentials/code-field.ts';
import { type OpenedLink, openLink } from '../links.ts';
import { closeSessionOf } from '../login/passport.http.ts';
import { type NextStep, showDeadLink } from '../mailed-link.page.ts';
import { PASSWORD_HINT } from '../passwords.ts';
import { resetLink, resetPassword } from './reset-password.ts';

export const TEXTS = {
  title: 'Choose a new password',
  done: 'Your password is changed, and every session was ended. Please log in with the new one.',
  next: 'Ask for a new link',
  throttled: (wait: string) => `Too many wrong codes. Try again in ${wait}.`,
};

const FIELDS: Record<string, FieldSpec> = {
  password: {
    label: 'New password',
    type: 'password',
    hint: PASSWORD_HINT,
    autocomplete: 'new-password',
  },
  password_confirmation: { label: 'New password, once more', type: 'password', autocomplete: 'new-password' },
};

const NEXT: NextStep = { url: paths.forgotPassword(), label: TEXTS.next };

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
    rest: { errors?: FieldErrors; error?: string } = {},
  ) {
    const code = async () => ({ code: codeField((await findApp(context.db, user.id)) !== undefined) });
    const fields = user.twoFactorSince === null ? FIELDS : { ...FIELDS, ...(await code()) };
    return res.page('accounts/password-reset/reset-password', {
      title: TEXTS.title,
      section: 'door',
      username: user.username,
      lifetime: waitText(link.expiresAt - context.clock()),
      form: formView(paths.resetPassword(), fields, {}, rest.errors),
      error: rest.error,
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
      if (found.state !== 'live') return showDeadLink(req, res, found.state, NEXT);
      return show(res, found);
    },

    async post(req: Request, res: Response): Promise<void> {
      const outcome = await resetPassword(context, req.session.resetLink ?? '', req.body, clientOf(req));
      if (outcome.ok) {
        delete req.session.resetLink;
        await closeSessionOf(req, outcome.userId);
        flash(req, 'success', TEXTS.done);
        return seeOther(req, res, paths.login());
      }
      if (outcome.problem !== 'throttled' && outcome.problem !== 'invalid') {
        return showDeadLink(req, res, outcome.problem, NEXT);
      }
      const found = await find(req);
      if (found.state !== 'live') return showDeadLink(req, res, found.state, NEXT);
      if (outcome.problem === 'throttled') {
        const error = throttledText(res, outcome, TEXTS.throttled);
        return show(res, found, { error });
      }
      return show(res.status(422), found, { errors: outcome.errors });
    },
  };
}
