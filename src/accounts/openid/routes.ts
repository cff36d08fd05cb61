import { Router } from 'express';
import { paths } from '../../paths.ts';
import { guestsOnly } from '../../web/require-login.ts';
import { page } from '../../web/route.ts';
import { requireRecentLogin } from '../login/recent-login.page.ts';
import { newIdentityPage } from './first-openid-login.page.ts';
import { identitiesPage } from './identities.page.ts';
import { providerLoginPage } from './provider-login.http.ts';
import type { OpenidContext } from './providers.ts';

export function openidRoutes(context: OpenidContext): Router {
  const router = Router();
  const login = providerLoginPage(context);
  const newcomer = newIdentityPage(context);
  const identities = identitiesPage(context);
  const recent = requireRecentLogin(context, { secondFactor: true });

  page(router, paths.providerLogin(':provider'), { get: login.start });
  page(router, paths.providerCallback(':provider'), { get: login.finish });
  page(router, paths.newIdentity(), { get: [guestsOnly, newcomer.get], post: [guestsOnly, newcomer.post] });
  page(router, paths.identities(), { get: identities.list });
  page(router, paths.newMemberIdentity(':provider'), { get: [recent, identities.showConnecting] });
  page(router, paths.removeIdentity(':id'), {
    get: [recent, identities.showRemoval],
    post: [recent, identities.remove],
  });
  return router;
}
