import { Router } from 'express';
import { paths } from '../../paths.ts';
import { guestsOnly } from '../../web/require-login.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { loginPage, logoutPage } from './login.page.ts';
import type { Authenticator } from './passport.http.ts';
import { recentLoginPage } from './recent-login.page.ts';
import { interruptedFormPage } from './resume-form.page.ts';
import { secondFactorPage } from './second-factor.page.ts';

/** In and out, and what stands between: the second factor, a login that is too old, a form that was interrupted. */
export function loginRoutes(context: AccountContext, passport: Authenticator): Router {
  const router = Router();
  const login = loginPage(context, passport);
  const step = secondFactorPage(context);
  page(router, paths.login(), { get: [guestsOnly, login.get], post: [guestsOnly, login.post] });
  page(router, paths.secondFactor(), { get: [guestsOnly, step.get], post: [guestsOnly, step.post] });
  page(router, paths.logout(), logoutPage);
  page(router, paths.recentLogin(), recentLoginPage(context));
  page(router, paths.interruptedForm(), interruptedFormPage);
  return router;
}
