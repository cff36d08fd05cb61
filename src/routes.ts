import { Router } from 'express';
import type { Authenticator } from './accounts/passport.ts';
import { accountRoutes } from './accounts/routes.ts';
import { adminRoutes } from './admin/routes.ts';
import { apiDocsRoutes } from './api/docs/routes.ts';
import { catalogueRoutes } from './catalogue/routes.ts';
import type { Context } from './context.ts';
import { paths } from './paths.ts';
import type { Assets } from './web/assets.ts';
import { seeOther } from './web/redirect.ts';
import { page } from './web/routing.ts';

/**
 * The only paths that a guest may ask for, beside static files, health checks and, with METRICS_TOKEN, figures, which
 * come before the gate. Everything else needs a signed-in, active member: also a route that somebody adds and forgets here.
 */
export const OPEN_PATHS = [
  paths.home(),
  paths.register(),
  paths.login(),
  paths.secondFactor(),
  paths.passkeyChallenge(),
  paths.passkeyLogin(),
  paths.newIdentity(),
  /^\/login\/with\/[^/]+(\/callback)?$/,
  paths.forgotPassword(),
  paths.resetPassword(),
  paths.apiDocs(),
  /^\/(setup|reset-password|verify-email|new-email|old-email|not-me|come-back|invitation)\/[^/]+$/,
];

/**
 * Forms that are taken without a fresh token when the browser says that our own page sent them: a login proves
 * itself by the password, or by what a provider said in the same session, and ends the session of its form before the
 * browser has the answer.
 */
export const PROVEN_BY_BROWSER = [paths.login(), paths.newIdentity()];

/** Every router of the store. Their paths are whole, from `paths`, so none has a prefix. */
export function storeRoutes(context: Context, passport: Authenticator, assets: Assets): Router {
  const router = Router();
  page(router, paths.home(), {
    get: (req, res) => seeOther(req, res, req.user ? paths.store() : paths.login()),
  });
  router.use(accountRoutes(context, passport));
  router.use(catalogueRoutes(context, assets));
  router.use(adminRoutes(context));
  router.use(apiDocsRoutes(context));
  return router;
}
