import { Router } from 'express';
import { paths } from '../../paths.ts';
import { canManageMembers, canReadMembers } from '../../roles.ts';
import { page } from '../../web/routing.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.page.ts';
import { waitingMembersPage } from './waiting-members.page.ts';

const TEXTS = {
  reading: 'Only those who work for the store look members up.',
  managing: 'Only administrators look after members.',
};

export function memberRoutes(context: AdminContext): Router {
  const router = Router();
  const managers = onlyFor(context, canManageMembers, TEXTS.managing);

  router.use(paths.adminMembers(), onlyFor(context, canReadMembers, TEXTS.reading));
  page(router, paths.waitingMembers(), { get: [managers, waitingMembersPage(context).get] });
  return router;
}
