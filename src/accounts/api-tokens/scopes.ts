import { canManageMembers, canReadMembers, canWorkOnTasks, type RoleHolder } from '../../permissions.ts';

/** What a personal access token may be good for, and what its maker reads of it. What is in none of them, none can do. */
export const SCOPES = {
  'profile:read': 'Read your name, address and role',
  'products:read': 'Look at the products of the store',
  'tasks:read': 'Read the tasks of the staff',
  'tasks:write': 'Add, change and complete tasks, and delete them if you may',
  'users:read': 'Look members up',
  'users:write': 'Add members and delete their accounts',
} as const;

/** What a login asks for besides what every login may. No personal access token is ever good for it. */
export const LOGIN_SCOPES = {
  'roles:write': 'Give members other roles, and add members with a role',
} as const;

export type LoginScope = keyof typeof LOGIN_SCOPES;

export const LOGIN_SCOPE_NAMES = Object.keys(LOGIN_SCOPES) as [LoginScope, ...LoginScope[]];

export type Scope = keyof typeof SCOPES;

export const SCOPE_NAMES = Object.keys(SCOPES) as [Scope, ...Scope[]];

/** What takes a role; the other scopes are for every member. */
const NEEDED: Partial<Record<Scope, (user: RoleHolder) => boolean>> = {
  'tasks:read': canWorkOnTasks,
  'tasks:write': canWorkOnTasks,
  'users:read': canReadMembers,
  'users:write': canManageMembers,
};

/** The scopes that somebody's role can use at all. A token never does more than its maker may at the moment it is used. */
export function scopesFor(user: RoleHolder): Scope[] {
  return SCOPE_NAMES.filter((scope) => NEEDED[scope]?.(user) ?? true);
}

export function readLoginScopes(text: string | null): LoginScope[] {
  return (text ?? '').split(' ').filter((name): name is LoginScope => Object.hasOwn(LOGIN_SCOPES, name));
}

/** Reads the scopes of a row; one that an older version knew is left out. */
export function readScopes(text: string): Scope[] {
  return text.split(' ').filter((name): name is Scope => Object.hasOwn(SCOPES, name));
}
