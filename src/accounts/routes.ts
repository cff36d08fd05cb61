import { Router } from 'express';
import { paths } from '../paths.ts';
import { guestsOnly } from '../web/gate.ts';
import { page } from '../web/routing.ts';
import type { FederationContext } from './federation/federation-context.ts';
import { federationRoutes } from './federation/routes.ts';
import { interruptedFormPage } from './interrupted-form.page.ts';
import { invitingRoutes } from './inviting/routes.ts';
import { joiningRoutes } from './joining/routes.ts';
import { leavingRoutes } from './leaving/routes.ts';
import { loginPage } from './login.page.ts';
import { logoutPage } from './logout.page.ts';
import { myAccountRoutes } from './my-account/routes.ts';
import { passkeyRoutes } from './passkeys/routes.ts';
import type { Authenticator } from './passport.ts';
import { recentLoginPage } from './recent-login.page.ts';
import { recoveryRoutes } from './recovery/routes.ts';
import { registerPage } from './register.page.ts';
import { setupPage } from './setup.page.ts';
import { tokenRoutes } from './tokens/routes.ts';
import { twoFactorRoutes } from './two-factor/routes.ts';

export function accountRoutes(context: FederationContext, passport: Authenticator): Router {
  const router = Router();
  const register = registerPage(context);
  const login = loginPage(context, passport);
  const setup = setupPage(context);

  page(router, paths.register(), { get: [guestsOnly, register.get], post: [guestsOnly, register.post] });
  page(router, paths.login(), { get: [guestsOnly, login.get], post: [guestsOnly, login.post] });
  page(router, paths.setup(':token'), { get: setup.get, post: setup.post });
  page(router, paths.logout(), logoutPage);
  page(router, paths.recentLogin(), recentLoginPage(context));
  page(router, paths.interruptedForm(), interruptedFormPage);
  router.use(twoFactorRoutes(context));
  router.use(myAccountRoutes(context));
  router.use(passkeyRoutes(context));
  router.use(tokenRoutes(context));
  router.use(federationRoutes(context));
  router.use(joiningRoutes(context));
  router.use(invitingRoutes(context));
  router.use(recoveryRoutes(context));
  router.use(leavingRoutes(context));
  return router;
}
