import { Router } from 'express';
import { paths } from '../../paths.ts';
import { canManageMembers } from '../../roles.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.page.ts';

const TEXTS = {
  guard: 'Only administrators invite members.',
};

export function invitationRoutes(context: AdminContext): Router {
  const router = Router();
  router.use(paths.invitations(), onlyFor(context, canManageMembers, TEXTS.guard));
  return router;
}
