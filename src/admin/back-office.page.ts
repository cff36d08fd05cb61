import type { Response } from 'express';
import type { User } from '../accounts/users.table.ts';
import { paths } from '../paths.ts';
import {
  canChangeSettings,
  canManageMembers,
  canReadAudit,
  canReadMembers,
  canWorkOnTasks,
  isStaff,
  type RoleHolder,
} from '../roles.ts';
import type { PageData } from '../web/pages.ts';

/** The rooms of the back office, in the order of its menu, each with its address and who may enter. */
const ROOMS = {
  dashboard: { label: 'Overview', url: paths.admin(), may: isStaff },
  members: { label: 'Members', url: paths.adminMembers(), may: canReadMembers },
  invitations: { label: 'Invitations', url: paths.invitations(), may: canManageMembers },
  tasks: { label: 'Tasks', url: paths.tasks(), may: canWorkOnTasks },
  mails: { label: 'Mails', url: paths.mails(), may: canReadAudit },
  audit: { label: 'Audit', url: paths.audit(), may: canReadAudit },
  settings: { label: 'Settings', url: paths.settings(), may: canChangeSettings },
} as const satisfies Record<string, { label: string; url: string; may: (user: RoleHolder) => boolean }>;

export type Room = keyof typeof ROOMS;

/** Answers with a page of the back office: beside it the rooms that who looks may enter, this one marked. */
export function showRoom(res: Response, room: Room, view: string, data: PageData): Promise<void> {
  const user = res.req.user as User;
  const rooms = Object.entries(ROOMS)
    .filter(([, { may }]) => may(user))
    .map(([name, { label, url }]) => ({ label, url, current: name === room }));
  return res.page(`admin/${view}`, { section: 'admin', rooms, ...data });
}
