import { Router } from 'express';
import { paths } from '../../paths.ts';
import { page } from '../../web/route.ts';
import type { AdminContext } from '../admin-context.ts';
import { dashboardPage } from './dashboard.page.ts';

export function dashboardRoutes(context: AdminContext): Router {
  const router = Router();
  page(router, paths.admin(), dashboardPage(context));
  return router;
}
