import type { RequestHandler } from 'express';
import { paths } from '../paths.ts';
import { flash } from '../web/flash.ts';
import { Problem } from '../web/problems.ts';
import { isReturnPath, seeOther } from '../web/redirect.ts';
import { isOnList, isPageVisit } from '../web/require-login.ts';
import type { AccountContext } from './account-context.ts';
import { membershipStatusOf, owesSecondFactor } from './member-requirements.ts';

export const TEXTS = {
  notIn: 'Your membership is not open yet.',
  secondFactor: 'Please set up two-factor authentication first. It takes a minute.',
};

/** What somebody who is not in yet may do: look after the account, wait, leave. */
const WHILE_WAITING = [
  paths.waiting(),
  paths.verificationMail(),
  paths.interruptedForm(),
  paths.logout(),
  /^\/account(\/|$)/,
];

/** What somebody who owes a second factor may do: set it up, or leave. */
const WHILE_OWING = [paths.logout(), /^\/account\/(two-factor|passkeys|recent-login)(\/|$)/];

/**
 * Comes after the gate, for those who are logged in: who is not a full member yet waits on the waiting page, and
 * who must have a second factor is led to set it up first.
 *
 * @param open the paths that are open to guests as well
 */
export function membershipGuard(
  { settings }: Pick<AccountContext, 'settings'>,
  open: readonly (string | RegExp)[],
): RequestHandler {
  const whileWaiting = isOnList([...open, ...WHILE_WAITING]);
  const whileOwing = isOnList([...open, ...WHILE_OWING]);

  return async (req, res, next) => {
    const { user } = req;
    if (!user) return next();
    if (owesSecondFactor(user, settings.require2fa, isBackOffice(req.path)) && !whileOwing(req.path)) {
      if (!isPageVisit(req)) throw new Problem(403, TEXTS.secondFactor);
      flash(req, 'warning', TEXTS.secondFactor);
      if (req.method === 'GET' && isReturnPath(req.originalUrl)) req.session.returnTo = req.originalUrl;
      return seeOther(req, res, paths.twoFactor());
    }
    if (membershipStatusOf(user, settings.membership) !== 'in' && !whileWaiting(req.path)) {
      if (!isPageVisit(req)) throw new Problem(403, TEXTS.notIn);
      return seeOther(req, res, paths.waiting());
    }
    next();
  };
}

/** Without regard to case, as routes match. */
function isBackOffice(path: string): boolean {
  return `${path.toLowerCase()}/`.startsWith(`${paths.admin()}/`);
}
