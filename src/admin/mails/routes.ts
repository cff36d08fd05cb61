import { Router } from 'express';
import { paths } from '../../paths.ts';
import { canReadAudit } from '../../roles.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.page.ts';

const TEXTS = {
  guard: 'Only administrators see which mails went out.',
};

export function mailRoutes(context: AdminContext): Router {
  const router = Router();
  router.use(paths.mails(), onlyFor(context, canReadAudit, TEXTS.guard));
  return router;
}
