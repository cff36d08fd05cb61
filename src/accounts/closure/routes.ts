import { Router } from 'express';
import { paths } from '../../paths.ts';
import { page } from '../../web/route.ts';
import type { AccountContext } from '../account-context.ts';
import { requireRecentLogin } from '../login/recent-login.page.ts';
import { closingPage, comeBackPage, dataPage } from './closure.page.ts';

/** A member's data, the way out and the way back. */
export function closureRoutes(context: AccountContext): Router {
  const router = Router();
  const recent = requireRecentLogin(context);
  const data = dataPage(context);
  const closing = closingPage(context);
  page(router, paths.data(), { get: data.get, post: [recent, data.post] });
  page(router, paths.closing(), { get: closing.get, post: [recent, closing.post] });
  page(router, paths.comeBack(':token'), comeBackPage(context));
  return router;
}
