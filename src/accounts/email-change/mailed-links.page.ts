import type { Response } from 'express';
import { paths } from '../../paths.ts';
import { seeOther } from '../../web/redirect.ts';
import type { AccountContext } from '../account-context.ts';
import { closeSessionOf } from '../login/passport.http.ts';
import { mailedLinkPage, type NextStep } from '../mailed-link.page.ts';
import { newEmailLink } from './new-email.ts';
import { oldEmailLink } from './old-email.ts';

export const NEW_EMAIL = {
  title: 'Confirm your new e-mail address',
  before: 'From now on ',
  after: ' is the address of your account.',
  button: 'Confirm the address',
  done: (email: string) => `Your e-mail address is ${email} now.`,
  taken: (email: string) =>
    `Another account uses ${email} by now, so yours keeps the address that it has. Choose another one in your profile.`,
  profile: 'To your profile',
};

export const OLD_EMAIL = {
  title: 'Take the change of your address back',
  before: 'The address of your account becomes ',
  after: ' again.',
  more: 'Every device and program is logged out, personal access tokens are removed, and links that were mailed to other addresses no longer work.',
  button: 'Take the change back',
  done: (email: string) =>
    `The address of your account is ${email} again, and every device was logged out. If it was not you who changed it, reset your password now.`,
  taken: (email: string) =>
    `Another account has the address ${email} by now, so it cannot be set back. Please ask the store for help.`,
  reset: 'Reset the password',
};

const TAKEN = 'This address belongs to another account';

function showTaken(res: Response, message: string, next: NextStep): Promise<void> {
  return res.status(409).page('errors/error', { title: TAKEN, status: 409, message, next, requestId: '' });
}

export function newEmailPage(context: AccountContext) {
  const { title, before, after, button, done, taken, profile } = NEW_EMAIL;
  const next = { url: paths.profile(), label: profile };
  return mailedLinkPage(context, newEmailLink, {
    title,
    path: paths.confirmNewEmail,
    next,
    explain: ({ data }) => ({ lead: { before, name: String(data.email), after }, button }),
    answer(req, res, { userId, outcome: { email, taken: isTaken } }) {
      if (isTaken) return showTaken(res, taken(email), next);
      const back = req.user?.id === userId ? paths.profile() : paths.login();
      return seeOther(req, res, back, { success: done(email) });
    },
  });
}

export function oldEmailPage(context: AccountContext) {
  const { title, before, after, more, button, done, taken, reset } = OLD_EMAIL;
  const next = { url: paths.forgotPassword(), label: reset };
  return mailedLinkPage(context, oldEmailLink, {
    title,
    path: paths.undoNewEmail,
    next,
    explain: ({ data }) => ({ lead: { before, name: String(data.email), after }, more, button }),
    async answer(req, res, { userId, outcome: { email, taken: isTaken } }) {
      if (isTaken) return showTaken(res, taken(email), next);
      await closeSessionOf(req, userId);
      await seeOther(req, res, paths.forgotPassword(), { success: done(email) });
    },
  });
}
