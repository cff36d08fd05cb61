import { Router } from 'express';
import { requireRecentLogin } from '../../accounts/login/recent-login.page.ts';
import { paths } from '../../paths.ts';
import { canManageMembers, canReadMembers } from '../../permissions.ts';
import { page } from '../../web/route.ts';
import type { AdminContext } from '../admin-context.ts';
import { onlyFor } from '../guard.http.ts';
import { exportMembersPage } from './export.page.ts';
import { memberListPage } from './list.page.ts';
import { memberPage } from './member.page.ts';
import { memberActionPage } from './member-action.page.ts';
import { newMemberPage } from './new-member.page.ts';
import { notesPage } from './notes.page.ts';
import { memberProfilePage } from './profile.page.ts';
import { waitingMembersPage } from './waiting-members.page.ts';

const TEXTS = {
  reading: 'Only those who work for the store look members up.',
  managing: 'Only administrators look after members.',
};

/** What is one word comes before the pages of one member, whose id is a number. */
export function memberRoutes(context: AdminContext): Router {
  const router = Router();
  const managers = onlyFor(context, canManageMembers, TEXTS.managing);
  const recent = requireRecentLogin(context);
  const exporting = exportMembersPage(context);
  const created = newMemberPage(context);
  const profile = memberProfilePage(context);
  const notes = notesPage(context);
  const memberActions = memberActionPage(context);

  router.use(paths.adminMembers(), onlyFor(context, canReadMembers, TEXTS.reading));
  page(router, paths.adminMembers(), memberListPage(context));
  page(router, paths.exportMembers(), {
    get: [managers, recent, exporting.get],
    post: [managers, recent, exporting.post],
  });
  page(router, paths.newMember(), {
    get: [managers, recent, created.get],
    post: [managers, recent, created.post],
  });
  page(router, paths.waitingMembers(), { get: [managers, waitingMembersPage(context).get] });

  page(router, paths.adminMember(':id'), { get: memberPage(context).get });
  page(router, paths.memberProfile(':id'), {
    get: [managers, recent, profile.get],
    post: [managers, recent, profile.post],
  });
  page(router, paths.memberNotes(':id'), { get: [managers, notes.get], post: [managers, notes.add] });
  page(router, paths.memberNote(':id', ':note'), {
    get: [managers, notes.confirmRemoval],
    post: [managers, notes.remove],
  });
  page(router, paths.memberAction(':id', ':action'), {
    get: [managers, recent, memberActions.get],
    post: [managers, recent, memberActions.post],
  });
  return router;
}
