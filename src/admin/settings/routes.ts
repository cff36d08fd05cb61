import { Router } from 'express';
import { requireRecentLogin } from '../../accounts/login/recent-login.page.ts';
import { paths } from '../../paths.ts';
import { canChangeSettings } from '../../permissions.ts';
import { page } from '../../web/route.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.http.ts';
import { settingsPage } from './settings.page.ts';

const TEXTS = {
  guard: 'Only administrators change the settings.',
};

export function settingsRoutes(context: AdminContext): Router {
  const router = Router();
  const recent = requireRecentLogin(context);
  const { get, post } = settingsPage(context);

  router.use(paths.settings(), onlyFor(context, canChangeSettings, TEXTS.guard));
  page(router, paths.settings(), { get: [recent, get], post: [recent, post] });
  return router;
}
