import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { sessionHashOf } from '../../sessions/session-store.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { clientOf } from '../../web/client.ts';
import { flash } from '../../web/flash.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { NEW_ACCOUNT_FIELDS } from '../account-fields.ts';
import { hasPersonalTokens } from '../api-tokens/personal-tokens.ts';
import { hasPassword } from '../credentials/login-methods.ts';
import { renewSession } from '../login/passport.http.ts';
import { requestReset } from '../password-reset/reset-requests.ts';
import { memberOf } from '../signed-in.http.ts';
import { changePassword } from './password-change.ts';

export const TEXTS = {
  title: 'Password',
  done: 'Your password was changed, and every other device and program was logged out.',
  tokens:
    'Your personal access tokens go on working. Remove those that you do not know, on the page Programs.',
  none: 'Set a password',
  sent: 'A mail with a link is on its way to the address of your account. The link works for one hour.',
  throttledMails: (wait: string) => `Too many links were asked for from your network. Try again in ${wait}.`,
  throttled: (wait: string) => `Too many wrong attempts. Try again in ${wait}.`,
};

const FIELDS: Record<string, FieldSpec> = {
  current_password: { label: 'Current password', type: 'password', autocomplete: 'current-password' },
  password: { ...(NEW_ACCOUNT_FIELDS.password as FieldSpec), label: 'New password' },
  password_confirmation: {
    ...(NEW_ACCOUNT_FIELDS.password_confirmation as FieldSpec),
    label: 'New password, once more',
  },
};

/**
 * Lets the session go on in which its member changed the password, under a new id: all others end with the old one.
 *
 * @param changedAt when it was changed, in UTC milliseconds
 */
export async function goOnWithNewPassword(
  { clock }: Pick<AccountContext, 'clock'>,
  req: Request,
  changedAt: number,
): Promise<void> {
  await renewSession(req);
  req.session.passwordSetAt = changedAt;
  req.session.authenticatedAt = clock();
}

export function passwordPage(context: AccountContext) {
  function show(res: Response, rest: { errors?: FieldErrors; error?: string } = {}) {
    return res.page('accounts/profile/password', {
      title: TEXTS.title,
      section: 'account',
      form: formView(paths.password(), FIELDS, {}, rest.errors),
      error: rest.error,
    });
  }

  /** For members who log in without a password, and may want one. */
  function showNone(res: Response, error?: string) {
    return res.page('accounts/profile/no-password', {
      title: TEXTS.none,
      section: 'account',
      error,
    });
  }

  /** Whoever is logged in here may not be the one who reads the mail: the first password takes a link as any reset. */
  async function mailLink(req: Request, res: Response) {
    const { email } = memberOf(req);
    const outcome = await requestReset(context, { email }, clientOf(req), submittedForm(req));
    if (!outcome.ok && outcome.problem === 'throttled') {
      const error = throttledText(res, outcome, TEXTS.throttledMails);
      return showNone(res, error);
    }
    flash(req, 'info', TEXTS.sent);
    return seeOther(req, res, paths.password());
  }

  return {
    get: async (req: Request, res: Response): Promise<void> =>
      (await hasPassword(context.db, memberOf(req).id)) ? show(res) : showNone(res),

    async post(req: Request, res: Response): Promise<void> {
      const user = memberOf(req);
      if (!(await hasPassword(context.db, user.id))) return mailLink(req, res);
      const outcome = await changePassword(context, user, req.body, clientOf(req), sessionHashOf(req));
      if (outcome.ok) {
        await goOnWithNewPassword(context, req, outcome.changedAt);
        flash(req, 'success', TEXTS.done);
        if (await hasPersonalTokens(context, user.id)) flash(req, 'info', TEXTS.tokens);
        return seeOther(req, res, paths.account());
      }
      if (outcome.problem === 'throttled') {
        const error = throttledText(res, outcome, TEXTS.throttled);
        return show(res, { error });
      }
      return show(res.status(422), { errors: outcome.errors });
    },
  };
}
