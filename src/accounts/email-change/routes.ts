import { Router } from 'express';
import { paths } from '../../paths.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { newEmailPage, oldEmailPage } from './mailed-links.page.ts';

/** The links that are mailed when a member's address changes. */
export function emailChangeRoutes(context: AccountContext): Router {
  const router = Router();
  page(router, paths.confirmNewEmail(':token'), newEmailPage(context));
  page(router, paths.undoNewEmail(':token'), oldEmailPage(context));
  return router;
}
