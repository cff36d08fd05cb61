import { Router } from 'express';
import { paths } from '../../paths.ts';
import { page } from '../../web/routing.ts';
import type { AccountContext } from '../account-context.ts';
import { verificationMailPage } from './verification-mail.page.ts';
import { verifyEmailPage } from './verify-email.page.ts';
import { waitingPage } from './waiting.page.ts';

/** From registering to being in: the confirmed address, the admin's yes. */
export function joiningRoutes(context: AccountContext): Router {
  const router = Router();
  page(router, paths.verifyEmail(':token'), verifyEmailPage(context));
  page(router, paths.verificationMail(), verificationMailPage(context));
  page(router, paths.waiting(), waitingPage(context));
  return router;
}
