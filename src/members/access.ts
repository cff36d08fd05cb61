import { deleteApp } from '../accounts/credentials/authenticator-apps.table.ts';
import { distrustBrowsersOf } from '../accounts/credentials/known-browsers.table.ts';
import { awaitsFirstPassword } from '../accounts/credentials/login-methods.ts';
import { deletePasskeysSince } from '../accounts/credentials/passkeys.table.ts';
import { revokeAllAccess, revokeSessions } from '../accounts/credentials/revoke-access.ts';
import { turnOffIfLast } from '../accounts/credentials/second-factors.ts';
import { listFamiliesOf } from '../accounts/credentials/token-families.table.ts';
import { queueResetLink } from '../accounts/password-reset/reset-links.ts';
import { isActive } from '../accounts/users.table.ts';
import { listSessionsOf } from '../sessions/sessions.table.ts';
import {
  type Done,
  type MemberAction,
  type MemberActionContext,
  type MemberActionRefusal,
  performAction,
  type Shut,
  type Unchanged,
} from './actions.ts';

/** Logs a member out on every device and in every program (OWASP ASVS 5.0, 7.4.5), if they are logged in anywhere. */
export function endMemberSessions(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
): Promise<Done | MemberActionRefusal | Unchanged> {
  return performAction(context, action, userId, async ({ trx, member, now, record }) => {
    const devices = await listSessionsOf(trx, userId, now);
    const programs = await listFamiliesOf(trx, userId, now);
    const loggedIn = isActive(member) && devices.length + programs.length > 0;
    if (!loggedIn) return { ok: false, problem: 'unchanged' };
    await revokeSessions(trx, userId);
    await record({ action: 'sessions.ended-by-store' });
    return { ok: true, username: member.username };
  });
}

/**
 * Removes every second factor of a member who has lost them, and ends what was opened with them, personal access tokens
 * as well: a passkey or an app that is just being added in one of these sessions is not added any more.
 */
export function removeSecondFactors(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
): Promise<Done | MemberActionRefusal | Shut | Unchanged> {
  return performAction(context, action, userId, async ({ trx, member, record }) => {
    if (member.closingAt !== null) return { ok: false, problem: 'shut' };
    if (member.twoFactorSince === null) return { ok: false, problem: 'unchanged' };
    await deleteApp(trx, userId);
    await deletePasskeysSince(trx, userId, 0);
    await turnOffIfLast(trx, member);
    await distrustBrowsersOf(trx, userId);
    await revokeAllAccess(trx, userId);
    await record({ action: 'two-factor.removed-by-store' });
    return { ok: true, username: member.username };
  });
}

/**
 * Mails a member a link to choose a new password, good for one hour; for a first one, as when the account was made,
 * good for 7 days. Nobody but the member ever knows it (OWASP ASVS 5.0, 6.4.6).
 */
export function startPasswordReset(
  context: MemberActionContext,
  action: MemberAction,
  userId: number,
): Promise<Done | MemberActionRefusal | Shut> {
  return performAction(context, action, userId, async ({ trx, member, reason, record }) => {
    if (member.disabledAt !== null || member.closingAt !== null) return { ok: false, problem: 'shut' };
    const kind = (await awaitsFirstPassword(trx, member)) ? 'created' : 'by-store';
    await queueResetLink(trx, context, member, { kind, reason });
    await record({ action: 'password.reset-started' });
    return { ok: true, username: member.username };
  });
}
