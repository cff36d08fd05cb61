import { Router } from 'express';
import { paths } from '../../paths.ts';
import { guestsOnly } from '../../web/require-login.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { registerPage } from './register.page.ts';
import { setupPage } from './setup.page.ts';

import { verifyEmailPage } from './verify-email.page.ts';
import { verificationMailPage, waitingPage } from './waiting.page.ts';

/** From registering, or setting the store up, to being in: the confirmed address, the admin's yes. */
export function registrationRoutes(context: AccountContext): Router {
  const router = Router();
  const register = registerPage(context);
  const setup = setupPage(context);
  page(router, paths.register(), { get: [guestsOnly, register.get], post: [guestsOnly, register.post] });
  page(router, paths.setup(':token'), { get: setup.get, post: setup.post });
  page(router, paths.verifyEmail(':token'), verifyEmailPage(context));
  page(router, paths.verificationMail(), verificationMailPage(context));
  page(router, paths.waiting(), waitingPage(context));
  return router;
}
