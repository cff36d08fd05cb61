import { deleteSessionsOf } from '../../web/sessions.table.ts';
import { distrustBrowsersOf } from '../known-browsers.table.ts';
import { deletePasskeysSince } from '../passkeys/passkeys.table.ts';
import { queueResetLink } from '../recovery/reset-links.ts';
import { deleteApp } from '../two-factor/authenticator-apps.table.ts';
import { turnOffIfLast } from '../two-factor/second-factors.ts';
import {
  type Deed,
  type DeedContext,
  type DeedRefusal,
  type Done,
  doToMember,
  type Unchanged,
} from './deeds.ts';

/** Logs a member out on every device (OWASP ASVS 5.0, 7.4.5). */
export function endMemberSessions(
  context: DeedContext,
  deed: Deed,
  userId: number,
): Promise<Done | DeedRefusal> {
  return doToMember(context, deed, userId, async ({ trx, member, record }) => {
    await deleteSessionsOf(trx, userId);
    await record({ action: 'sessions.ended-by-store' });
    return { ok: true, username: member.username };
  });
}

/** Removes every second factor of a member who has lost them, and ends what was opened with them. */
export function removeSecondFactors(
  context: DeedContext,
  deed: Deed,
  userId: number,
): Promise<Done | DeedRefusal | Unchanged> {
  return doToMember(context, deed, userId, async ({ trx, member, record }) => {
    if (member.twoFactorSince === null) return { ok: false, problem: 'unchanged' };
    await deleteApp(trx, userId);
    await deletePasskeysSince(trx, userId, 0);
    await turnOffIfLast(trx, member);
    await distrustBrowsersOf(trx, userId);
    await deleteSessionsOf(trx, userId);
    await record({ action: 'two-factor.removed-by-store' });
    return { ok: true, username: member.username };
  });
}

/** The account is shut: nobody could log in with a new password. */
export type Shut = { ok: false; problem: 'shut' };

/** Mails a member a link to choose a new password. Nobody but the member ever knows it. */
export function startPasswordReset(
  context: DeedContext,
  deed: Deed,
  userId: number,
): Promise<Done | DeedRefusal | Shut> {
  return doToMember(context, deed, userId, async ({ trx, member, record }) => {
    if (member.disabledAt !== null || member.closingAt !== null) return { ok: false, problem: 'shut' };
    await queueResetLink(trx, context, member, { kind: 'by-store', reason: deed.reason.trim() });
    await record({ action: 'password.reset-started' });
    return { ok: true, username: member.username };
  });
}
