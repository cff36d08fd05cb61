import { Router } from 'express';
import { paths } from '../paths.ts';
import { isStaff } from '../permissions.ts';
import type { AdminContext } from './admin-context.ts';
import { offerSections } from './admin-page.http.ts';
import { auditRoutes } from './audit/routes.ts';
import { dashboardRoutes } from './dashboard/routes.ts';
import { onlyFor } from './guard.http.ts';
import { invitationRoutes } from './invitations/routes.ts';
import { mailRoutes } from './mails/routes.ts';
import { memberRoutes } from './members/routes.ts';
import { settingsRoutes } from './settings/routes.ts';
import { taskRoutes } from './tasks/routes.ts';

const TEXTS = {
  staff: 'The back office is for those who work for the store.',
};

/** The back office. What is under its address passes one guard first, also a page that somebody adds later. */
export function adminRoutes(context: AdminContext): Router {
  const router = Router();
  router.use(paths.admin(), onlyFor(context, isStaff, TEXTS.staff), offerSections(context.features));
  router.use(dashboardRoutes(context));
  router.use(memberRoutes(context));
  router.use(invitationRoutes(context));
  router.use(taskRoutes(context));
  router.use(auditRoutes(context));
  router.use(mailRoutes(context));
  router.use(settingsRoutes(context));
  return router;
}
