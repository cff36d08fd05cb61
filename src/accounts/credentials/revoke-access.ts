import type { Transaction } from '../../database/transaction.ts';
import { deleteOtherSessionsOf, deleteSessionsOf } from '../../sessions/sessions.table.ts';
import { distrustBrowsersOf } from './known-browsers.table.ts';
import { deletePersonalTokensOf } from './personal-tokens.table.ts';
import { deleteFamiliesOf } from './token-families.table.ts';

/**
 * Ends every login of an account, in browsers and of API clients (OWASP ASVS 5.0, 7.4.1, 7.4.2 and 7.4.5). Personal
 * access tokens stay; while the account is inactive they open nothing.
 *
 * @param trx where the account is locked already
 */
export async function revokeSessions(trx: Transaction, userId: number): Promise<void> {
  await deleteSessionsOf(trx, userId);
  await deleteFamiliesOf(trx, userId);
}

/**
 * Ends every login of an account but the session that asks for it (OWASP ASVS 5.0, 7.4.3 and 7.5.2).
 *
 * @param keepIdHash the hash of that session's id
 * @returns how many there were
 */
export async function revokeOtherSessions(
  trx: Transaction,
  userId: number,
  keepIdHash: string,
): Promise<number> {
  const devices = await deleteOtherSessionsOf(trx, userId, keepIdHash);
  return devices + (await deleteFamiliesOf(trx, userId));
}

/**
 * The same, and the trust in every browser, for when the password or another factor changes. Personal access tokens stay:
 * they were made with a recent login, and the page that changes the password says so.
 */
export async function revokeOtherAccess(trx: Transaction, userId: number, keepIdHash: string): Promise<void> {
  await revokeOtherSessions(trx, userId, keepIdHash);
  await distrustBrowsersOf(trx, userId);
}

/**
 * Ends every login of an account and removes its personal access tokens: for when somebody else may have had it in
 * their hands, and have made a token to keep.
 */
export async function revokeAllAccess(trx: Transaction, userId: number): Promise<void> {
  await revokeSessions(trx, userId);
  await deletePersonalTokensOf(trx, userId);
}
