/** What a person may do, from least to most. */
export const ROLES = ['user', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface RoleHolder {
  role: Role;
}

/** Who may do what. Guards, rules and views ask here; docs/security.md shows it as a table. */

/** Whether somebody works for the store: moderators and admins. They come into the back office. */
export function isStaff({ role }: RoleHolder): boolean {
  return role !== 'user';
}

/** Whether somebody may look members up. */
export function canReadMembers(user: RoleHolder): boolean {
  return isStaff(user);
}

/** Whether somebody may see where members log in from, what they did, and what admins noted about them. */
export function canReadMemberDetails({ role }: RoleHolder): boolean {
  return role === 'admin';
}

/** Whether somebody may let members in, invite them, change roles, disable and delete accounts. */
export function canManageMembers({ role }: RoleHolder): boolean {
  return role === 'admin';
}

/** Whether somebody may add, change, complete and reopen tasks. */
export function canWorkOnTasks(user: RoleHolder): boolean {
  return isStaff(user);
}

export function canDeleteTasks({ role }: RoleHolder): boolean {
  return role === 'admin';
}

/** Whether somebody may read what everybody did, and which mails did not arrive. */
export function canReadAudit({ role }: RoleHolder): boolean {
  return role === 'admin';
}

/** Whether somebody may read the mails of a store without a mail server, from wherever they come. */
export function canReadTestMailbox({ role }: RoleHolder): boolean {
  return role === 'admin';
}

export function canChangeSettings({ role }: RoleHolder): boolean {
  return role === 'admin';
}
