import type { Transaction } from '../../database/transaction.ts';
import { hasSession } from '../../sessions/sessions.table.ts';
import { isActive, lockUser } from '../users.table.ts';
import { distrustBrowsersOf } from './known-browsers.table.ts';
import { revokeOtherSessions } from './revoke-access.ts';

/**
 * Ends what somebody else might hold of an account whose password or other factors change: every session but this one
 * and every login of a program (OWASP ASVS 5.0, 7.4.3), and the trust in every browser. Personal access tokens stay:
 * they were made with a recent login, and the page that changes the password says so.
 *
 * @param keepIdHash the hash of the session's id that makes the change
 */
export async function revokeOtherAccess(trx: Transaction, userId: number, keepIdHash: string): Promise<void> {
  await revokeOtherSessions(trx, userId, keepIdHash);
  await distrustBrowsersOf(trx, userId);
}

/**
 * Locks somebody's row for a change of their factors.
 *
 * @param idHash the hash of the session's id that makes the change
 * @returns undefined when that session was ended a moment ago, or the account shut: of two who change the factors at
 *   the same instant the second is refused, and not let in where the first was to keep it out
 */
export async function lockForChange(
  trx: Transaction,
  userId: number,
  idHash: string,
): ReturnType<typeof lockUser> {
  const user = await lockUser(trx, userId);
  return user && isActive(user) && (await hasSession(trx, userId, idHash)) ? user : undefined;
}
