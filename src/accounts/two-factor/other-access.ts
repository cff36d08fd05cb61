import type { Transaction } from '../../database/transaction.ts';
import { deleteOtherSessionsOf } from '../../web/sessions.table.ts';
import { distrustBrowsersOf } from '../known-browsers.table.ts';

/**
 * Ends what somebody else might hold of an account whose factors change: every session but this one (OWASP ASVS 5.0,
 * 7.4.3), and the trust in every browser.
 *
 * @param keepIdHash the hash of the session's id that makes the change
 */
export async function endOtherAccess(trx: Transaction, userId: number, keepIdHash: string): Promise<void> {
  await deleteOtherSessionsOf(trx, userId, keepIdHash);
  await distrustBrowsersOf(trx, userId);
}
