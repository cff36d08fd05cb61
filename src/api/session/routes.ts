import { type RequestHandler, Router } from 'express';
import { paths } from '../../paths.ts';
import { refuseForeignCalls } from '../../web/csrf.ts';
import { refuseMalformedJson } from '../../web/json-body.ts';
import { notFound } from '../../web/problems.ts';
import type { ApiContext } from '../api-context.ts';
import { answerOtherMethods } from '../other-methods.ts';
import { adminsOnly, shutToOthers } from './access.ts';
import { signingIn } from './login.ts';
import { mailedLinks } from './mailed-links.ts';
import { membersList } from './members.ts';
import { ownAccount } from './own-account.ts';

interface Route {
  method: 'get' | 'post' | 'put';
  path: string;
  handlers: RequestHandler[];
}

/**
 * The session API, for a front end of its own: what the account pages do, as JSON, with the same cookie. It stands
 * after the session and before all that is for pages. Clients exist: bodies and statuses are a contract.
 *
 * @param allowedOrigins of front ends elsewhere
 */
export function sessionApiRoutes(context: ApiContext, allowedOrigins: readonly string[]): Router {
  const prefix = paths.sessionApi();
  const router = Router();
  router.use(prefix, keepNowhere, refuseForeignCalls(context.config.publicUrl.origin, allowedOrigins));
  router.use(prefix, shutToOthers(context), refuseMalformedJson);
  for (const { method, path, handlers } of routesOf(context)) {
    const route = router.route(prefix + path);
    route[method](handlers);
    route.all(answerOtherMethods([method]));
  }
  router.use(prefix, notFound);
  return router;
}

function routesOf(context: ApiContext): Route[] {
  const { register, login, logout } = signingIn(context);
  const { currentUser, profile, updateProfile, changePassword } = ownAccount(context);
  const { requestReset, resetPassword, verifyEmail } = mailedLinks(context);
  return [
    { method: 'post', path: '/register', handlers: [register] },
    { method: 'post', path: '/login', handlers: [login] },
    { method: 'post', path: '/logout', handlers: [logout] },
    { method: 'get', path: '/current_user', handlers: [currentUser] },
    { method: 'get', path: '/profile', handlers: [profile] },
    { method: 'put', path: '/update_profile', handlers: [updateProfile] },
    { method: 'put', path: '/change_password', handlers: [changePassword] },
    { method: 'post', path: '/request_reset', handlers: [requestReset] },
    { method: 'post', path: '/reset_password/:token', handlers: [resetPassword] },
    { method: 'post', path: '/verify/:token', handlers: [verifyEmail] },
    { method: 'get', path: '/admin/users', handlers: [adminsOnly(context), membersList(context)] },
  ];
}

const keepNowhere: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store');
  next();
};
