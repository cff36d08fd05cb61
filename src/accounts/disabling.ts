import type { Clock } from '../clock.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { deleteSessionsOf } from '../web/sessions.table.ts';
import { lockActiveAdmins, setDisabledAt } from './users.table.ts';

export type Disabling = { ok: true } | { ok: false; problem: 'last-admin' };

/**
 * Disables an account: it cannot log in, and all its sessions end with this.
 *
 * @returns refused for the last active admin: somebody must be able to run the store. The admins are locked
 *   while this is decided, so that two of them cannot be disabled by each other at the same instant
 */
export async function disableUser(
  context: { db: Database; clock: Clock },
  userId: number,
): Promise<Disabling> {
  return inTransaction(context.db, async (trx) => {
    const admins = await lockActiveAdmins(trx);
    if (admins.length === 1 && admins[0] === userId) return { ok: false, problem: 'last-admin' };
    await setDisabledAt(trx, userId, context.clock());
    await deleteSessionsOf(trx, userId);
    return { ok: true };
  });
}

/** Lets a disabled account log in again. */
export async function enableUser(context: { db: Database }, userId: number): Promise<void> {
  await inTransaction(context.db, (trx) => setDisabledAt(trx, userId, null));
}
