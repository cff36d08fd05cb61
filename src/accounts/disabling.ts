import type { Actor } from '../audit/audit.ts';
import { inTransaction } from '../database/transaction.ts';
import { deleteSessionsOf } from '../web/sessions.table.ts';
import type { AccountContext } from './account-context.ts';
import { recordAccountEvent } from './account-events.ts';
import { endLinksOf } from './links.table.ts';
import { isErased, lockActiveAdmins, lockUser, setDisabledAt } from './users.table.ts';

export type Disabling = { ok: true } | { ok: false; problem: 'last-admin' | 'unknown' };

export type Enabling = { ok: true } | { ok: false; problem: 'unknown' };

type DisablingContext = Pick<AccountContext, 'db' | 'clock' | 'mailer' | 'config'>;

/** The links with which somebody could come back or go on with a change. */
const LINKS = ['reset-password', 'new-email'];

/**
 * Disables an account: it cannot log in, and all its sessions end with this.
 *
 * @returns refused for the last active admin: somebody must be able to run the store. The admins are locked
 *   while this is decided, so that two of them cannot be disabled by each other at the same instant
 */
export async function disableUser(
  context: DisablingContext,
  actor: Actor,
  userId: number,
): Promise<Disabling> {
  return inTransaction(context.db, async (trx) => {
    const admins = await lockActiveAdmins(trx);
    if (admins.length === 1 && admins[0] === userId) return { ok: false, problem: 'last-admin' };
    const user = await lockUser(trx, userId);
    if (!user) return { ok: false, problem: 'unknown' };
    if (user.disabledAt !== null) return { ok: true };
    const now = context.clock();
    await setDisabledAt(trx, userId, now);
    await deleteSessionsOf(trx, userId);
    await endLinksOf(trx, userId, LINKS, now);
    await recordAccountEvent(trx, context, { action: 'account.disabled', user, actor });
    return { ok: true };
  });
}

/** Lets a disabled account log in again. One that was erased is nobody's any more. */
export async function enableUser(context: DisablingContext, actor: Actor, userId: number): Promise<Enabling> {
  return inTransaction(context.db, async (trx) => {
    const user = await lockUser(trx, userId);
    if (!user || (await isErased(trx, userId))) return { ok: false, problem: 'unknown' };
    if (user.disabledAt === null) return { ok: true };
    await setDisabledAt(trx, userId, null);
    await recordAccountEvent(trx, context, { action: 'account.enabled', user, actor });
    return { ok: true };
  });
}
