import { Router } from 'express';
import { requireRecentLogin } from '../../accounts/login/recent-login.page.ts';
import { paths } from '../../paths.ts';
import { canManageMembers } from '../../permissions.ts';
import { page } from '../../web/route.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.http.ts';
import { endingPages } from './end-invitation.page.ts';
import { invitationListPage } from './list.page.ts';
import { newInvitationsPage } from './new.page.ts';

const TEXTS = {
  guard: 'Only administrators invite members.',
};

export function invitationRoutes(context: AdminContext): Router {
  const router = Router();
  const recent = requireRecentLogin(context);
  const inviting = newInvitationsPage(context);
  const { withdrawal, renewal } = endingPages(context);

  router.use(paths.invitations(), onlyFor(context, canManageMembers, TEXTS.guard));
  page(router, paths.invitations(), invitationListPage(context));
  page(router, paths.newInvitations(), {
    get: [recent, inviting.get],
    post: [requireRecentLogin(context, { tooLong: inviting.confirmFirst }), inviting.post],
  });
  page(router, paths.withdrawInvitation(':id'), {
    get: [recent, withdrawal.get],
    post: [recent, withdrawal.post],
  });
  page(router, paths.renewInvitation(':id'), { get: [recent, renewal.get], post: [recent, renewal.post] });
  return router;
}
