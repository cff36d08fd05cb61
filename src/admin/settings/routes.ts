import { Router } from 'express';
import { paths } from '../../paths.ts';
import { canChangeSettings } from '../../roles.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.page.ts';

const TEXTS = {
  guard: 'Only administrators change the settings.',
};

export function settingsRoutes(context: AdminContext): Router {
  const router = Router();
  router.use(paths.settings(), onlyFor(context, canChangeSettings, TEXTS.guard));
  return router;
}
