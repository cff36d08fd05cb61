/** What a person may do, from least to most. */
export const ROLES = ['user', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface RoleHolder {
  role: Role;
}

const isAdmin = ({ role }: RoleHolder): boolean => role === 'admin';

// Who may do what. Guards, rules and views ask here; docs/security.md shows it as a table.

/** Moderators and admins work for the store, and come into the back office. */
export const isStaff = ({ role }: RoleHolder): boolean => role !== 'user';
export const canReadMembers = isStaff;
/** Where members log in from, what they did, and what admins noted about them. */
export const canReadMemberDetails = isAdmin;
/** Let them in, invite them, change roles, disable and delete accounts. */
export const canManageMembers = isAdmin;
/** Add, change, complete and reopen them. */
export const canWorkOnTasks = isStaff;
export const canDeleteTasks = isAdmin;
/** What everybody did, and which mails did not arrive. */
export const canReadAudit = isAdmin;
/** The mails of a store without a mail server, from wherever somebody comes. */
export const canReadTestMailbox = isAdmin;
export const canChangeSettings = isAdmin;
