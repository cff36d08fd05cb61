import { Router } from 'express';
import { paths } from '../paths.ts';
import { guestsOnly } from '../web/gate.ts';
import { page } from '../web/routing.ts';
import { loginPage } from './login.page.ts';
import { logoutPage } from './logout.page.ts';
import type { Authenticator } from './passport.ts';
import { registerPage } from './register.page.ts';
import type { RegistrationContext } from './registration.ts';
import { setupPage } from './setup.page.ts';

export function accountRoutes(context: RegistrationContext, passport: Authenticator): Router {
  const router = Router();
  const register = registerPage(context);
  const login = loginPage(passport);
  const setup = setupPage(context);

  page(router, paths.register(), { get: [guestsOnly, register.get], post: [guestsOnly, register.post] });
  page(router, paths.login(), { get: [guestsOnly, login.get], post: [guestsOnly, login.post] });
  page(router, paths.setup(':token'), { get: setup.get, post: setup.post });
  page(router, paths.logout(), logoutPage);
  return router;
}
