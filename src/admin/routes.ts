import { Router } from 'express';
import type { AccountContext } from '../accounts/account-context.ts';
import { paths } from '../paths.ts';
import { page } from '../web/routing.ts';
import { adminIndexPage } from './admin-index.page.ts';
import { memberManagersOnly, staffOnly } from './guard.page.ts';
import { waitingMembersPage } from './waiting-members.page.ts';

/** The back office. What is under its address passes one guard first, also a page that somebody adds later. */
export function adminRoutes(context: AccountContext): Router {
  const router = Router();
  const waitingMembers = waitingMembersPage(context);

  router.use(paths.admin(), staffOnly);
  router.use(paths.adminMembers(), memberManagersOnly);
  page(router, paths.admin(), adminIndexPage(context));
  page(router, paths.waitingMembers(), { get: waitingMembers.get });
  page(router, paths.approveMember(':id'), { post: waitingMembers.approve });
  return router;
}
