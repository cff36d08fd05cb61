import { ROLES, type Role } from '../../roles.ts';
import type { Access, Operation } from '../v1/operation.ts';

const TEXTS = {
  open: 'Everybody',
  members: 'Every member',
  waiting: 'Every member, also before the membership is open',
  self: 'Whose account it is',
  roles: { user: 'Members', moderator: 'Moderators', admin: 'Administrators' } satisfies Record<Role, string>,
  and: ' and ',
  recent: ', within five minutes of a login',
  scopes: (scopes: string[]) =>
    `. A personal access token needs the scope ${scopes.map((scope) => `\`${scope}\``).join(' or ')}.`,
  noScope: '. Not with a personal access token.',
};

/** Who may ask for an operation, in words. */
export function accessWords(operation: Operation): string {
  const access = operation.access === 'open' ? operation.withToken : operation.access;
  if (!access) return `${TEXTS.open}.`;
  const { scope, recentLogin, self } = access;
  const scopes = [self === 'only' ? undefined : self, scope].filter((one) => one !== undefined);
  return (
    (operation.access === 'open' ? TEXTS.open : peopleOf(access)) +
    (recentLogin ? TEXTS.recent : '') +
    (scopes.length > 0 ? TEXTS.scopes(scopes) : TEXTS.noScope)
  );
}

function peopleOf({ may, self, whileWaiting }: Access): string {
  if (self === 'only') return TEXTS.self;
  if (!may) return whileWaiting ? TEXTS.waiting : TEXTS.members;
  const roles = ROLES.filter((role) => may({ role })).map((role) => TEXTS.roles[role]);
  const [first = '', ...others] = self ? [TEXTS.self, ...roles] : roles;
  return [first, ...others.map((word) => word.toLowerCase())].join(TEXTS.and);
}
