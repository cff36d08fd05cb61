import { Router } from 'express';
import { paths } from '../../paths.ts';
import { guestsOnly } from '../../web/require-login.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { requireRecentLogin } from '../login/recent-login.page.ts';
import { passkeyLoginPage } from './passkey-login.http.ts';
import { passkeysPage } from './passkeys.page.ts';

export function passkeyRoutes(context: AccountContext): Router {
  const router = Router();
  const login = passkeyLoginPage(context);
  const passkeys = passkeysPage(context);
  const recent = requireRecentLogin(context, { secondFactor: true });

  page(router, paths.passkeyChallenge(), { post: login.challenge });
  page(router, paths.passkeyLogin(), { post: [guestsOnly, login.logIn] });
  page(router, paths.recentPasskey(), { post: login.recentLogin });
  page(router, paths.passkeys(), { get: passkeys.list, post: [recent, passkeys.add] });
  // Before the pattern that its path would match.
  page(router, paths.newPasskeyChallenge(), { post: [recent, passkeys.challenge] });
  page(router, paths.passkey(':id'), { get: passkeys.showRename, post: passkeys.rename });
  page(router, paths.removePasskey(':id'), {
    get: [recent, passkeys.showRemoval],
    post: [recent, passkeys.remove],
  });
  return router;
}
