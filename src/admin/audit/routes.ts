import { Router } from 'express';
import { paths } from '../../paths.ts';
import { canReadAudit } from '../../roles.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.page.ts';

const TEXTS = {
  guard: 'Only administrators read the audit log.',
};

export function auditRoutes(context: AdminContext): Router {
  const router = Router();
  router.use(paths.audit(), onlyFor(context, canReadAudit, TEXTS.guard));
  return router;
}
