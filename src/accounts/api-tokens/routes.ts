import { Router } from 'express';
import { paths } from '../../paths.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { requireRecentLogin } from '../login/recent-login.page.ts';
import { apiClientsPage } from './api-clients.page.ts';
import { personalTokensPage } from './personal-tokens.page.ts';

/** What members see of API clients that use their account, and the tokens that they make for them. */
export function tokenRoutes(context: AccountContext): Router {
  const router = Router();
  const recent = requireRecentLogin(context);
  // A token outlives the session that made it, and no second factor is asked for when it is used.
  const recentFactor = requireRecentLogin(context, { secondFactor: true });
  const clients = apiClientsPage(context);
  const tokens = personalTokensPage(context);

  page(router, paths.apiClients(), { get: clients.get });
  page(router, paths.endApiClients(), {
    get: [recent, clients.confirmEndAll],
    post: [recent, clients.endAll],
  });
  page(router, paths.endApiClient(':id'), { get: [recent, clients.confirmEnd], post: [recent, clients.end] });
  page(router, paths.personalTokens(), {
    get: [recentFactor, tokens.get],
    post: [recentFactor, tokens.make],
  });
  page(router, paths.madeToken(':form'), { get: [recentFactor, tokens.showMade] });
  page(router, paths.removePersonalToken(':id'), {
    get: [recent, tokens.showRemoval],
    post: [recent, tokens.remove],
  });
  return router;
}
