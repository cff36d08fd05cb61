import { deleteApp } from '../accounts/credentials/authenticator-apps.table.ts';
import { distrustBrowsersOf } from '../accounts/credentials/known-browsers.table.ts';
import { awaitsFirstPassword } from '../accounts/credentials/login-methods.ts';
import { deletePasskeysSince } from '../accounts/credentials/passkeys.table.ts';
import { revokeAllAccess, revokeSessions } from '../accounts/credentials/revoke-access.ts';
import { turnOffIfLast } from '../accounts/credentials/second-factors.ts';
import { listFamiliesOf } from '../accounts/credentials/token-families.table.ts';
import { endLinksOf } from '../accounts/links.table.ts';
import { queueResetLink } from '../accounts/password-reset/reset-links.ts';
import { isActive, updateUser } from '../accounts/users.table.ts';
import { listSessionsOf } from '../sessions/sessions.table.ts';
import { memberAction } from './actions.ts';

/** The links that would go on with a change; those by which somebody comes back do not work while it is disabled. */
const CHANGE_LINKS = ['reset-password', 'new-email'];

/** Logs a member out on every device and in every API client (OWASP ASVS 5.0, 7.4.5), if they are logged in anywhere. */
export const endMemberSessions = memberAction(async ({ trx, member, now, record }) => {
  const devices = await listSessionsOf(trx, member.id, now);
  const clients = await listFamiliesOf(trx, member.id, now);
  const loggedIn = isActive(member) && devices.length + clients.length > 0;
  if (!loggedIn) return { ok: false, problem: 'unchanged' };
  await revokeSessions(trx, member.id);
  return record({ action: 'sessions.ended-by-store' });
});

/**
 * Removes every second factor of a member who has lost them, and ends what was opened with them, personal access tokens
 * as well: a passkey or an app that is just being added in one of these sessions is not added any more.
 */
export const removeSecondFactors = memberAction(async ({ trx, member, record }) => {
  if (member.closingAt !== null) return { ok: false, problem: 'inactive' };
  if (member.twoFactorSince === null) return { ok: false, problem: 'unchanged' };
  await deleteApp(trx, member.id);
  await deletePasskeysSince(trx, member.id, 0);
  await turnOffIfLast(trx, member);
  await distrustBrowsersOf(trx, member.id);
  await revokeAllAccess(trx, member.id);
  return record({ action: 'two-factor.removed-by-store' });
});

/**
 * Mails a member a link to choose a new password, good for one hour; for a first one, as when the account was made,
 * good for 7 days. Nobody but the member ever knows it (OWASP ASVS 5.0, 6.4.6).
 */
export const startPasswordReset = memberAction(async ({ context, trx, member, reason, record }) => {
  if (member.disabledAt !== null || member.closingAt !== null) return { ok: false, problem: 'inactive' };
  const kind = (await awaitsFirstPassword(trx, member)) ? 'created' : 'by-store';
  await queueResetLink(trx, context, member, { kind, reason });
  return record({ action: 'password.reset-started' });
});

/**
 * Disables an account: nobody can log in, and every login ends with this, of browsers and API clients. One that is
 * being closed can be disabled as well: then its member cannot come back.
 */
export const disableMember = memberAction(async ({ trx, member, now, isLastAdmin, record }) => {
  if (isLastAdmin) return { ok: false, problem: 'last-admin' };
  if (member.disabledAt !== null) return { ok: false, problem: 'unchanged' };
  await updateUser(trx, member.id, { disabledAt: now });
  await revokeSessions(trx, member.id);
  await endLinksOf(trx, member.id, CHANGE_LINKS, now);
  return record({ action: 'account.disabled' });
});

/** Lets the member of a disabled account log in again; one that is being deleted has to be restored first. */
export const enableMember = memberAction(async ({ trx, member, record }) => {
  if (member.disabledAt === null) return { ok: false, problem: 'unchanged' };
  if (member.closingAt !== null) return { ok: false, problem: 'inactive' };
  await updateUser(trx, member.id, { disabledAt: null });
  return record({ action: 'account.enabled' });
});
