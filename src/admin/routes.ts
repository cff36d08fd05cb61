import { Router } from 'express';
import { requireRecentLogin } from '../accounts/login/recent-login.page.ts';
import { paths } from '../paths.ts';
import {
  canChangeSettings,
  canDeleteTasks,
  canManageMembers,
  canReadAudit,
  canReadMembers,
  canWorkOnTasks,
  isStaff,
  type RoleHolder,
} from '../permissions.ts';
import { page } from '../web/route.ts';
import { auditPages } from './audit/audit.page.ts';
import { dashboardPage } from './dashboard/dashboard.page.ts';
import { endingPages } from './invitations/end-invitation.page.ts';
import { invitationListPage } from './invitations/list.page.ts';
import { newInvitationsPage } from './invitations/new.page.ts';
import { mailsPage } from './mails/mails.page.ts';
import { memberListPages } from './members/list.page.ts';
import { memberPages } from './members/member.page.ts';
import { memberActionPage } from './members/member-action.page.ts';
import { newMemberPage } from './members/new-member.page.ts';
import { memberProfilePage } from './members/profile.page.ts';
import { waitingMembersPage } from './members/waiting-members.page.ts';
import { settingsPage } from './settings/settings.page.ts';
import type { AdminContext } from './shared/admin-context.ts';
import { offerSections, onlyFor } from './shared/admin-page.http.ts';
import { taskListPage } from './tasks/list.page.ts';
import { taskPages } from './tasks/task.page.ts';
import { taskActions } from './tasks/task-actions.page.ts';

const TEXTS = {
  staff: 'The back office is for those who work for the store.',
  members: 'Only those who work for the store look members up.',
  managing: 'Only administrators look after members.',
  invitations: 'Only administrators invite members.',
  tasks: 'Tasks are for those who work for the store.',
  deletion: 'Only administrators delete tasks.',
  mails: 'Only administrators see which mails went out.',
  audit: 'Only administrators read the audit log.',
  settings: 'Only administrators change the settings.',
};

/** The back office. What is under its address passes one guard first, also a page that somebody adds later. */
export function adminRoutes(context: AdminContext): Router {
  const router = Router();
  const recent = requireRecentLogin(context);
  const only = (may: (user: RoleHolder) => boolean, refusal: string) => onlyFor(context, may, refusal);

  router.use(paths.admin(), only(isStaff, TEXTS.staff), offerSections(context.features));
  page(router, paths.admin(), dashboardPage(context));

  router.use(paths.adminMembers(), only(canReadMembers, TEXTS.members));
  const managers = only(canManageMembers, TEXTS.managing);
  const members = memberListPages(context);
  const { member, notes, removal } = memberPages(context);
  page(router, paths.adminMembers(), members.list);
  // What is one word comes before the pages of one member, whose id is a number.
  page(router, paths.exportMembers(), members.download, [managers, recent]);
  page(router, paths.newMember(), newMemberPage(context), [managers, recent]);
  page(router, paths.waitingMembers(), waitingMembersPage(context), [managers]);
  page(router, paths.adminMember(':id'), member);
  page(router, paths.memberProfile(':id'), memberProfilePage(context), [managers, recent]);
  page(router, paths.memberNotes(':id'), notes, [managers]);
  page(router, paths.memberNote(':id', ':note'), removal, [managers]);
  page(router, paths.memberAction(':id', ':action'), memberActionPage(context), [managers, recent]);

  router.use(paths.invitations(), only(canManageMembers, TEXTS.invitations));
  const inviting = newInvitationsPage(context);
  const { withdrawal, renewal } = endingPages(context);
  page(router, paths.invitations(), invitationListPage(context));
  page(router, paths.newInvitations(), {
    get: [recent, inviting.get],
    post: [requireRecentLogin(context, { tooLong: inviting.confirmFirst }), inviting.post],
  });
  page(router, paths.withdrawInvitation(':id'), withdrawal, [recent]);
  page(router, paths.renewInvitation(':id'), renewal, [recent]);

  router.use(paths.tasks(), only(canWorkOnTasks, TEXTS.tasks));
  const tasks = taskPages(context);
  const actions = taskActions(context);
  page(router, paths.tasks(), taskListPage(context));
  page(router, paths.newTask(), tasks.added);
  page(router, paths.task(':id'), tasks.edited);
  page(router, paths.completeTask(':id'), actions.completion);
  page(router, paths.reopenTask(':id'), actions.reopening);
  page(router, paths.deleteTask(':id'), actions.deletion, [only(canDeleteTasks, TEXTS.deletion)]);

  router.use(paths.audit(), only(canReadAudit, TEXTS.audit));
  const audit = auditPages(context);
  page(router, paths.audit(), audit.log);
  page(router, paths.exportAudit(), audit.download, [recent]);

  router.use(paths.mails(), only(canReadAudit, TEXTS.mails));
  page(router, paths.mails(), mailsPage(context));

  router.use(paths.settings(), only(canChangeSettings, TEXTS.settings));
  page(router, paths.settings(), settingsPage(context), [recent]);
  return router;
}
