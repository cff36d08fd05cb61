import { type RequestHandler, Router } from 'express';
import { membershipStatusOf, owesSecondFactor } from '../../accounts/member-requirements.ts';
import { memberOf } from '../../accounts/signed-in.http.ts';
import { paths } from '../../paths.ts';
import { canManageMembers } from '../../permissions.ts';
import { refuseMalformedJson } from '../../web/body.ts';
import { refuseForeignCalls } from '../../web/csrf.ts';
import { notFound, Problem } from '../../web/problems.ts';
import type { ApiContext } from '../api-context.ts';
import { answerOtherMethods } from '../other-methods.ts';
import { guestRoutes } from './guests.ts';
import { memberRoutes } from './members.ts';

const TEXTS = {
  loginRequired: 'Login required',
  adminOnly: 'Admin access required',
  secondFactor: 'Two-factor authentication must be set up first, in the account pages of the store',
  notIn: 'Your membership is not open yet',
};

/** Who may ask for something besides members: guests, who owes a second factor, who is not let in yet. */
type Access = 'guests' | 'owing' | 'waiting' | 'members';

/**
 * The session API, for a front end of its own: what the account pages do, as JSON, with the same cookie. It stands
 * after the session and before all that is for pages. Clients exist: bodies and statuses are a contract.
 *
 * @param allowedOrigins of front ends elsewhere
 */
export function sessionApiRoutes(context: ApiContext, allowedOrigins: readonly string[]): Router {
  const prefix = paths.sessionApi();
  const router = Router();
  const add = (method: 'get' | 'post' | 'put', path: string, access: Access, ...handlers: RequestHandler[]) =>
    router
      .route(prefix + path)
      .all(requireAccess(context, access), refuseMalformedJson)
      [method](handlers)
      .all(answerOtherMethods([method]));

  router.use(prefix, keepNowhere, refuseForeignCalls(context.config.publicUrl.origin, allowedOrigins));
  const guests = guestRoutes(context);
  add('post', '/register', 'guests', guests.register);
  add('post', '/login', 'guests', guests.login);
  add('post', '/logout', 'guests', guests.logout);
  add('get', '/current_user', 'guests', guests.currentUser);
  add('post', '/request_reset', 'guests', guests.requestReset);
  add('post', '/reset_password/:token', 'guests', guests.resetPassword);
  add('post', '/verify/:token', 'guests', guests.verifyEmail);
  const members = memberRoutes(context);
  add('get', '/profile', 'owing', members.profile);
  add('put', '/update_profile', 'waiting', members.updateProfile);
  add('put', '/change_password', 'waiting', members.changePassword);
  add('get', '/admin/users', 'members', adminsOnly(context), members.list);
  // What does not exist is closed to guests as well.
  router.use(prefix, requireAccess(context, 'members'), refuseMalformedJson, notFound);
  return router;
}

const keepNowhere: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};

/** Keeps out guests and, as `membershipGuard` does from pages, those who are not in yet. */
function requireAccess({ settings }: Pick<ApiContext, 'settings'>, access: Access): RequestHandler {
  return ({ user }, _res, next) => {
    if (access === 'guests') return next();
    if (!user) throw new Problem(401, TEXTS.loginRequired);
    if (access !== 'owing' && owesSecondFactor(user, settings.require2fa, false)) {
      throw new Problem(403, TEXTS.secondFactor);
    }
    if (access === 'members' && membershipStatusOf(user, settings.membership) !== 'in') {
      throw new Problem(403, TEXTS.notIn);
    }
    next();
  };
}

/** Lets pass who manages members, with the second factor that the back office asks for. */
function adminsOnly({ settings }: Pick<ApiContext, 'settings'>): RequestHandler {
  return (req, _res, next) => {
    const user = memberOf(req);
    if (!canManageMembers(user)) throw new Problem(403, TEXTS.adminOnly);
    if (owesSecondFactor(user, settings.require2fa, true)) throw new Problem(403, TEXTS.secondFactor);
    next();
  };
}
