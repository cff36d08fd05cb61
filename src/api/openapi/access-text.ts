import type { Scope } from '../../accounts/api-tokens/scopes.ts';
import { ROLES, type Role } from '../../permissions.ts';
import { type Access, accessWithToken, type Operation } from '../v1/operation.ts';

const TEXTS = {
  open: 'Anyone',
  without: 'Anyone without a token; with one, ',
  members: 'every member',
  waiting: 'every member, also before the membership is open',
  self: 'the member whose account it is',
  roles: { user: 'members', moderator: 'moderators', admin: 'administrators' } satisfies Record<Role, string>,
  recent: ', within five minutes of a login',
  scopes: (scopes: string[]) =>
    `. A personal access token needs the scope ${scopes.map((scope) => `\`${scope}\``).join(' or ')}.`,
  noScope: '. Not with a personal access token.',
  loginScope: (scope: string) => ` The login must ask for the scope \`${scope}\`.`,
};

/** `a, b and c` */
const LIST = new Intl.ListFormat('en-GB');

export function formatAccess(operation: Operation): string {
  const open = operation.access === 'open';
  const access = accessWithToken(operation);
  if (!access) return `${TEXTS.open}.`;
  const people = peopleOf(access);
  const scopes = scopesOf(access);
  return (
    (open ? TEXTS.without + people : people.charAt(0).toUpperCase() + people.slice(1)) +
    (access.recentLogin ? TEXTS.recent : '') +
    (scopes.length > 0 ? TEXTS.scopes(scopes) : TEXTS.noScope) +
    (access.loginScope ? TEXTS.loginScope(access.loginScope) : '')
  );
}

/** The scopes with which a personal access token may ask for it; one of them is enough. */
export function scopesOf({ scope, orScope, self }: Access): Scope[] {
  return [self === 'only' ? undefined : self, scope, orScope].filter((one) => one !== undefined);
}

function peopleOf({ may, self, whileWaiting }: Access): string {
  if (self === 'only') return TEXTS.self;
  if (!may) return whileWaiting ? TEXTS.waiting : TEXTS.members;
  const roles = ROLES.filter((role) => may({ role })).map((role) => TEXTS.roles[role]);
  return LIST.format(self ? [TEXTS.self, ...roles] : roles);
}
