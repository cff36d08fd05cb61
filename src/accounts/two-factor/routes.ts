import { Router } from 'express';
import { paths } from '../../paths.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { requireRecentLogin } from '../login/recent-login.page.ts';
import { appRemovalPage, authenticatorAppPage } from './authenticator-app.page.ts';
import { recoveryCodesPage } from './recovery-codes.page.ts';
import { twoFactorPage } from './two-factor.page.ts';

export function twoFactorRoutes(context: AccountContext): Router {
  const router = Router();
  const app = authenticatorAppPage(context);
  const removal = appRemovalPage(context);
  const codes = recoveryCodesPage(context);
  const recent = requireRecentLogin(context);
  const recentFactor = requireRecentLogin(context, { secondFactor: true });

  page(router, paths.twoFactor(), { get: twoFactorPage(context) });
  page(router, paths.authenticatorApp(), { get: [recentFactor, app.get], post: [recentFactor, app.post] });
  // Its form asks for a code by itself.
  page(router, paths.removeAuthenticatorApp(), { get: [recent, removal.get], post: [recent, removal.post] });
  page(router, paths.recoveryCodes(), { get: [recentFactor, codes.get], post: [recentFactor, codes.post] });
  page(router, paths.newRecoveryCodes(':form'), { get: [recentFactor, codes.showNew] });
  return router;
}
