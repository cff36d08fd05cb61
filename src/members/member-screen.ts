import type { AccountContext } from '../accounts/account-context.ts';
import { closedByMember } from '../accounts/closure/closure.ts';
import { providersOf } from '../accounts/credentials/login-methods.ts';
import { listPasskeys } from '../accounts/credentials/passkeys.table.ts';
import { listPersonalTokensOf } from '../accounts/credentials/personal-tokens.table.ts';
import { secondFactorStatus } from '../accounts/credentials/second-factors.ts';
import { listFamiliesOf } from '../accounts/credentials/token-families.table.ts';
import { activityText } from '../accounts/events/events.ts';
import { listDevices, listTrustedDevices } from '../accounts/profile/devices.ts';
import type { User } from '../accounts/users.table.ts';
import { personalOf } from '../audit/audit.ts';
import { type AuditRow, readAbout } from '../audit/audit-log.table.ts';
import type { Database } from '../database/connection.ts';
import { canManageMembers, canReadMemberDetails } from '../permissions.ts';
import { formatDevice } from '../shared/format/devices.ts';
import { availableActions } from './available-actions.ts';
import { listNotes } from './member-notes.table.ts';
import { findMemberRecord } from './member-screen.table.ts';
import { memberState } from './member-state.ts';
import { type Name, readNames } from './names.table.ts';

const TEXTS = {
  erased: 'somebody who was erased',
  self: 'the member',
  guest: 'somebody not logged in',
  system: 'the store itself',
  operator: (name: string) => `${name}, at the terminal`,
};

const LATEST = 20;

type ScreenContext = Pick<AccountContext, 'db' | 'clock' | 'settings' | 'config'>;

export type MemberScreen = NonNullable<Awaited<ReturnType<typeof readMember>>>;
export type MemberDetails = NonNullable<MemberScreen['details']>;

/** Everything that somebody may see of a member; undefined when there is none, or no more. */
export async function readMember(context: ScreenContext, viewer: User, id: number) {
  const { db, clock, settings } = context;
  const member = await findMemberRecord(db, id);
  if (!member) return undefined;
  const own = viewer.id === id;
  const possible = own ? [] : availableActions(member, settings.membership);
  return {
    member,
    state: memberState(member, settings.membership),
    /** Whether an account that is being closed was closed by its member. */
    closedByMember: member.closingAt !== null && (await closedByMember(db, id, clock())),
    /** Undefined for those who may not see it. */
    details: canReadMemberDetails(viewer) ? await readDetails(context, member) : undefined,
    /** What who looks can do to the member now; undefined for those who may do nothing to anybody. */
    memberActions: canManageMembers(viewer) ? possible : undefined,
    /** Whether they look at themselves: nobody does anything to their own account here. */
    own,
  };
}

async function readDetails(context: ScreenContext, member: User) {
  const { db, clock } = context;
  const now = clock();
  const [factors, passkeys, providers, clients, tokens, devices, trusted, activities, notes] =
    await Promise.all([
      secondFactorStatus(context, member),
      listPasskeys(db, member.id),
      providersOf(db, context, member.id),
      listFamiliesOf(db, member.id, now),
      listPersonalTokensOf(db, member.id),
      listDevices(context, member.id, ''),
      listTrustedDevices(context, member.id),
      readActivities(db, member.id),
      listNotes(db, member.id),
    ]);
  return {
    factors,
    passkeys: passkeys.map(({ name }) => name),
    providers: providers.map(({ name }) => name),
    /** How many API clients are logged in. */
    clients: clients.length,
    /** How many personal access tokens are good. */
    tokens: tokens.filter(({ expiresAt }) => expiresAt > now).length,
    devices,
    trusted,
    activities,
    notes,
  };
}

async function readActivities(db: Database, userId: number) {
  const rows = await readAbout(db, userId, { limit: LATEST, offset: 0 });
  const others = rows.flatMap(({ actorId }) => (actorId === null || actorId === userId ? [] : [actorId]));
  const names = await readNames(db, others);
  return rows.map((row) => {
    const { address, userAgent = '', details = {} } = personalOf(row);
    return {
      at: row.at,
      text: activityText(row.action, details),
      by: doerOf(row, names),
      ...(address ? { from: { device: formatDevice(userAgent), address } } : {}),
    };
  });
}

/** Who did it. @property id where it was another member: an admin */
function doerOf(row: AuditRow, names: Map<number, Name>): { name: string; id?: number } {
  if (row.actorKind === 'operator') return { name: TEXTS.operator(personalOf(row).operator ?? '') };
  if (row.actorKind === 'guest') return { name: TEXTS.guest };
  if (row.actorId === null) return { name: TEXTS.system };
  if (row.actorId === row.subjectId) return { name: TEXTS.self };
  const name = names.get(row.actorId);
  return name && !name.erased ? { name: name.username, id: row.actorId } : { name: TEXTS.erased };
}
