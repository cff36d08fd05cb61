import { Router } from 'express';
import { paths } from '../../paths.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { forgotPasswordPage } from './forgot-password.page.ts';
import { notMePage } from './not-me.page.ts';
import { resetPasswordPage } from './reset-password.page.ts';

/** The ways back into an account: for who forgot the password, and for whom somebody else got in. */
export function passwordResetRoutes(context: AccountContext): Router {
  const router = Router();
  const resetPassword = resetPasswordPage(context);
  page(router, paths.forgotPassword(), forgotPasswordPage(context));
  page(router, paths.resetLink(':token'), { get: resetPassword.open });
  page(router, paths.resetPassword(), { get: resetPassword.get, post: resetPassword.post });
  page(router, paths.notMe(':token'), notMePage(context));
  return router;
}
