import { Router } from 'express';
import { requireRecentLogin } from '../../accounts/login/recent-login.page.ts';
import { paths } from '../../paths.ts';
import { canReadAudit } from '../../permissions.ts';
import { page } from '../../web/route.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.http.ts';
import { auditPage } from './audit.page.ts';
import { exportAuditPage } from './export.page.ts';

const TEXTS = {
  guard: 'Only administrators read the audit log.',
};

export function auditRoutes(context: AdminContext): Router {
  const router = Router();
  const recent = requireRecentLogin(context);
  const exporting = exportAuditPage(context);

  router.use(paths.audit(), onlyFor(context, canReadAudit, TEXTS.guard));
  page(router, paths.audit(), auditPage(context));
  page(router, paths.exportAudit(), { get: [recent, exporting.get], post: [recent, exporting.post] });
  return router;
}
