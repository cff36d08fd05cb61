import { Router } from 'express';
import { paths } from '../../paths.ts';
import { canReadAudit } from '../../permissions.ts';
import { page } from '../../web/route.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.http.ts';
import { mailsPage } from './mails.page.ts';

const TEXTS = {
  guard: 'Only administrators see which mails went out.',
};

export function mailRoutes(context: AdminContext): Router {
  const router = Router();
  router.use(paths.mails(), onlyFor(context, canReadAudit, TEXTS.guard));
  page(router, paths.mails(), mailsPage(context));
  return router;
}
