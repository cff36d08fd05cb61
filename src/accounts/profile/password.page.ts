import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { sessionHashOf } from '../../sessions/session-store.ts';
import { clientOf } from '../../web/client.ts';
import { type FieldSpec, formView } from '../../web/forms.ts';
import { seeOther } from '../../web/redirect.ts';
import { submittedForm } from '../../web/submit-once.http.ts';
import { type RefusedForm, refusedForm, throttledText } from '../../web/throttled.http.ts';
import type { AccountContext } from '../account-context.ts';
import { NEW_PASSWORD_FIELDS } from '../account-fields.ts';
import { hasPersonalTokens } from '../api-tokens/personal-tokens.ts';
import { hasPassword } from '../credentials/login-methods.ts';
import { renewSession } from '../login/passport.http.ts';
import { requestReset } from '../password-reset/reset-requests.ts';
import { signedIn } from '../signed-in.http.ts';
import type { User } from '../users.table.ts';
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
  ...NEW_PASSWORD_FIELDS,
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
  function show(res: Response, { errors, error }: RefusedForm = {}) {
    const form = formView(paths.password(), FIELDS, {}, errors);
    return res.page('accounts/profile/password', { title: TEXTS.title, section: 'account', form, error });
  }

  /** For members who log in without a password, and may want one. */
  function showNone(res: Response, error?: string) {
    return res.page('accounts/profile/no-password', { title: TEXTS.none, section: 'account', error });
  }

  /** Whoever is logged in here may not be the one who reads the mail: the first password takes a link as any reset. */
  async function mailLink(req: Request, res: Response, { email }: User) {
    const outcome = await requestReset(context, { email }, clientOf(req), submittedForm(req));
    if (!outcome.ok && outcome.problem === 'throttled') {
      return showNone(res, throttledText(res, outcome, TEXTS.throttledMails));
    }
    return seeOther(req, res, paths.password(), { info: TEXTS.sent });
  }

  return {
    get: signedIn(async (_req, res, member) =>
      (await hasPassword(context.db, member.id)) ? show(res) : showNone(res),
    ),

    post: signedIn(async (req, res, member) => {
      if (!(await hasPassword(context.db, member.id))) return mailLink(req, res, member);
      const outcome = await changePassword(context, member, req.body, clientOf(req), sessionHashOf(req));
      if (!outcome.ok) return show(res, refusedForm(res, outcome, TEXTS.throttled));
      await goOnWithNewPassword(context, req, outcome.changedAt);
      const info = (await hasPersonalTokens(context, member.id)) ? TEXTS.tokens : undefined;
      return seeOther(req, res, paths.account(), { success: TEXTS.done, info });
    }),
  };
}
