import compression from 'compression';
import connectFlash from 'connect-flash';
import express, { type Express } from 'express';
import { createPassport, isSessionActive } from './accounts/login/passport.http.ts';
import { membershipGuard } from './accounts/membership-guard.http.ts';
import { USER_COLUMNS, type User } from './accounts/users.table.ts';
import { frontEnds } from './api/front-ends.ts';
import { allOperations } from './api/openapi/operations.ts';
import { sessionProblems } from './api/session/answers.ts';
import { sessionApiRoutes } from './api/session/routes.ts';
import { refuseJsonToPages } from './api/v1/page-requests.ts';
import { apiProblems, apiRoutes } from './api/v1/routes.ts';
import type { Context } from './context.ts';
import { devOutboxRoutes, mayReadTestMailbox } from './mail/dev-outbox.page.ts';
import { metricsRoutes } from './metrics/metrics.http.ts';
import { paths } from './paths.ts';
import { OPEN_PATHS, PROVEN_BY_BROWSER, storeRoutes } from './routes.ts';
import { SessionStore } from './sessions/session-store.ts';
import { loadAssets } from './web/assets.ts';
import { readForms, readJson, refuseMalformedBodies, refuseMalformedUrls } from './web/body.ts';
import { clientOf } from './web/client.ts';
import { installCookies } from './web/cookies.ts';
import { checkToken, refuseForeignPosts, refuseStaleTokens } from './web/csrf.ts';
import { errorPages } from './web/errors.ts';
import { installDrafts } from './web/form-drafts.ts';
import { securityHeaders } from './web/headers.ts';
import { installPages } from './web/pages.ts';
import { notFound } from './web/problems.ts';
import { healthRoutes } from './web/readiness.ts';
import { requestLog } from './web/request-log.ts';
import { requireLogin } from './web/require-login.ts';
import { refuseUnknownMethods } from './web/route.ts';
import { sessions } from './web/session.ts';

/** Makes the app: everything that a request passes through, from top to bottom. */
export function createApp(context: Context): Express {
  const { config, settings, db, clock, logger, sessionKey, views, mailFolder, metrics } = context;
  const https = config.publicUrl.protocol === 'https:';
  const cookies = { https, sameSite: config.sessionSameSite, domain: config.cookieDomain };
  const assets = loadAssets();
  const store = new SessionStore<User>({
    clientOf,
    db,
    clock,
    owner: { table: 'users', columns: USER_COLUMNS },
    isActive: isSessionActive,
  });
  const passport = createPassport(context, store);

  const app = express();
  app.set('trust proxy', config.trustProxy);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.set('x-powered-by', false);
  installCookies(app, cookies);
  installDrafts(app, db);
  installPages(app, {
    views,
    assets,
    settings,
    devOutbox: mailFolder && mayReadTestMailbox,
    providersOffered: config.providers.length > 0,
  });

  // For every request, also those without a session.
  app.use(requestLog(logger, metrics?.request));
  app.use(securityHeaders(config.publicUrl));
  app.use(compression());
  app.use(frontEnds(config.allowedOrigins));
  app.use(refuseUnknownMethods, refuseMalformedUrls);
  app.use(assets.router);
  app.use(healthRoutes(context.readiness));
  if (metrics && config.metrics.token) app.use(metricsRoutes(metrics.scrape));

  app.use(async (_req, _res, next) => {
    await settings.refresh();
    next();
  });

  // API clients show a token with each request, and have no session.
  app.use(apiRoutes(context, allOperations(context)));
  app.use(refuseJsonToPages);

  // Who asks, once all of it is here.
  app.use(readForms());
  app.use(paths.sessionApi(), readJson());
  app.use(sessions(store, sessionKey, cookies));
  app.use(passport.initialize(), passport.session(), connectFlash());

  // For front ends elsewhere: with a session, and guards of its own instead of those below.
  app.use(sessionApiRoutes(context, config.allowedOrigins));

  // Whether to let it in.
  app.use(refuseForeignPosts(config.publicUrl.origin));
  app.use(refuseMalformedBodies);
  app.use(checkToken());
  // Before the gate: who has just registered reads the first mail before the first login.
  if (mailFolder) app.use(devOutboxRoutes(mailFolder));
  app.use(requireLogin(OPEN_PATHS));
  app.use(membershipGuard(context, OPEN_PATHS));
  app.use(refuseStaleTokens(PROVEN_BY_BROWSER));

  app.use(storeRoutes(context, passport, assets));
  app.use(notFound);
  app.use(paths.api(), apiProblems);
  app.use(paths.sessionApi(), sessionProblems);
  app.use(errorPages(logger));
  return app;
}
