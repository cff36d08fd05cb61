import type { Actor } from '../audit/audit.ts';
import { inTransaction } from '../database/transaction.ts';
import type { AccountContext } from './account-context.ts';
import { recordAccountEvent } from './account-events.ts';
import type { Role } from './roles.ts';
import { isErased, lockActiveAdmins, lockUser, updateUser } from './users.table.ts';

export type RoleChange =
  | { ok: true }
  /** Who asks is no admin (any more); there is no such member; it is their own; nobody could run the store. */
  | { ok: false; problem: 'not-allowed' | 'unknown' | 'own-role' | 'last-admin' };

/**
 * Gives a member another role, which counts from their next request on (OWASP ASVS 5.0, 8.3.2). The admins are
 * locked while it is decided: of two who demote each other at the same instant one stays, and who is no admin by
 * then changes nothing.
 *
 * @param actor an admin, or the store's owner at a terminal
 */
export async function changeRole(
  context: Pick<AccountContext, 'db' | 'clock' | 'mailer' | 'config'>,
  actor: Extract<Actor, { kind: 'member' | 'operator' }>,
  userId: number,
  role: Role,
): Promise<RoleChange> {
  return inTransaction(context.db, async (trx) => {
    const admins = await lockActiveAdmins(trx);
    if (actor.kind === 'member') {
      if (!admins.includes(actor.id)) return { ok: false, problem: 'not-allowed' };
      if (actor.id === userId) return { ok: false, problem: 'own-role' };
    }
    const user = await lockUser(trx, userId);
    if (!user || (await isErased(trx, userId))) return { ok: false, problem: 'unknown' };
    if (user.role === role) return { ok: true };
    if (admins.length === 1 && admins[0] === userId) return { ok: false, problem: 'last-admin' };
    await updateUser(trx, userId, { role });
    const details = { from: user.role, to: role };
    await recordAccountEvent(trx, context, { action: 'role.changed', user, actor, details });
    return { ok: true };
  });
}
