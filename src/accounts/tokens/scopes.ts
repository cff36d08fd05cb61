/** What a personal access token may be good for, and what its maker reads of it. What is in none of them, none can do. */
export const SCOPES = {
  'profile:read': 'Read your name, address and role',
  'products:read': 'Look at the products of the store',
  'tasks:read': 'Read the tasks of the staff',
  'tasks:write': 'Add, change and complete tasks, and delete them if you may',
  'users:read': 'Look members up',
  'users:write': 'Add members, change their roles and delete their accounts',
} as const;

export type Scope = keyof typeof SCOPES;

export const SCOPE_NAMES = Object.keys(SCOPES) as [Scope, ...Scope[]];

/** Reads the scopes of a row; one that an older version knew is left out. */
export function readScopes(text: string): Scope[] {
  return text.split(' ').filter((name): name is Scope => name in SCOPES);
}
