import type { RequestHandler } from 'express';
import { membershipStatusOf } from '../../accounts/membership-status.ts';
import { owesSecondFactor } from '../../accounts/second-factor-requirement.ts';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { canManageMembers } from '../../permissions.ts';
import { Problem } from '../../web/problems.ts';
import { isOnList } from '../../web/require-login.ts';
import type { ApiContext } from '../api-context.ts';

const TEXTS = {
  loginRequired: 'Login required',
  adminOnly: 'Admin access required',
  secondFactor: 'Two-factor authentication must be set up first, in the account pages of the store',
  notIn: 'Your membership is not open yet',
};

/** What a guest may ask for, below the API's prefix; everything else needs a login, also what does not exist. */
const OPEN = [
  '/register',
  '/login',
  '/logout',
  '/current_user',
  '/request_reset',
  /^\/(reset_password|verify)\/[^/]+$/,
];

/** What somebody may do besides who owes a second factor: see who they are. */
const WHILE_OWING = [...OPEN, '/profile'];

/** What somebody may do besides who is not let in yet: look after the account. */
const WHILE_WAITING = [...WHILE_OWING, '/update_profile', '/change_password'];

/**
 * Shuts the session API to guests and, as `membershipGuard` does for pages, to those who are not in yet. To be mounted at
 * the API's prefix.
 */
export function shutToOthers({ settings }: Pick<ApiContext, 'settings'>): RequestHandler {
  const isOpen = isOnList(OPEN);
  const whileOwing = isOnList(WHILE_OWING);
  const whileWaiting = isOnList(WHILE_WAITING);

  return (req, _res, next) => {
    const { user, path } = req;
    if (isOpen(path)) return next();
    if (!user) throw new Problem(401, TEXTS.loginRequired);
    if (!whileOwing(path) && owesSecondFactor(user, settings.require2fa, false)) {
      throw new Problem(403, TEXTS.secondFactor);
    }
    if (!whileWaiting(path) && membershipStatusOf(user, settings.membership) !== 'in') {
      throw new Problem(403, TEXTS.notIn);
    }
    next();
  };
}

/** Lets pass who manages members, with the second factor that the back office asks for. */
export function adminsOnly({ settings }: Pick<ApiContext, 'settings'>): RequestHandler {
  return (req, _res, next) => {
    const user = memberOf(req);
    if (!canManageMembers(user)) throw new Problem(403, TEXTS.adminOnly);
    if (owesSecondFactor(user, settings.require2fa, true)) throw new Problem(403, TEXTS.secondFactor);
    next();
  };
}
