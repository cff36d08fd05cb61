import { Router } from 'express';
import { tokenRoutes } from './accounts/api-tokens/routes.ts';
import { closureRoutes } from './accounts/closure/routes.ts';
import { emailChangeRoutes } from './accounts/email-change/routes.ts';
import { invitationRoutes } from './accounts/invitations/routes.ts';
import type { Authenticator } from './accounts/login/passport.http.ts';
import { loginRoutes } from './accounts/login/routes.ts';
import { openidRoutes } from './accounts/openid/routes.ts';
import { passkeyRoutes } from './accounts/passkeys/routes.ts';
import { passwordResetRoutes } from './accounts/password-reset/routes.ts';
import { profileRoutes } from './accounts/profile/routes.ts';
import { registrationRoutes } from './accounts/registration/routes.ts';
import { twoFactorRoutes } from './accounts/two-factor/routes.ts';
import { adminRoutes } from './admin/routes.ts';
import { apiDocsPage } from './api/docs/docs.page.ts';
import { catalogueRoutes } from './catalogue/routes.ts';
import type { Context } from './context.ts';
import { paths } from './paths.ts';
import type { Assets } from './web/assets.ts';
import { seeOther } from './web/redirect.ts';
import { page } from './web/route.ts';

/**
 * The only paths that a guest may ask for, beside static files, health checks and, with METRICS_TOKEN, metrics, which
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
  router.use(loginRoutes(context, passport));
  router.use(twoFactorRoutes(context));
  router.use(passkeyRoutes(context));
  router.use(openidRoutes(context));
  router.use(registrationRoutes(context));
  router.use(invitationRoutes(context));
  router.use(passwordResetRoutes(context));
  router.use(profileRoutes(context));
  router.use(emailChangeRoutes(context));
  router.use(tokenRoutes(context));
  router.use(closureRoutes(context));
  router.use(catalogueRoutes(context, assets));
  router.use(adminRoutes(context));
  page(router, paths.apiDocs(), apiDocsPage(context));
  return router;
}
