import { inTransaction } from '../../database/transaction.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { deleteFamiliesOf, deleteFamilyOf } from '../credentials/token-families.table.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { lockUser, type User } from '../users.table.ts';

/**
 * Logs one program out: its access tokens and refresh tokens are dead at once (OWASP ASVS 5.0, 7.4.1).
 *
 * @returns refused when it is logged out already
 */
export async function logOutProgram(
  context: AccountContext,
  user: User,
  familyId: string,
  client: ClientInfo,
): Promise<{ ok: true } | { ok: false; problem: 'unknown' }> {
  return inTransaction(context.db, async (trx) => {
    await lockUser(trx, user.id);
    if (!(await deleteFamilyOf(trx, user.id, familyId))) return { ok: false, problem: 'unknown' };
    await recordAccountEvent(trx, context, { action: 'program.logged-out', user, client });
    return { ok: true };
  });
}

/** Logs all of somebody's programs out. @returns how many there were */
export async function logOutPrograms(
  context: AccountContext,
  user: User,
  client: ClientInfo,
): Promise<number> {
  return inTransaction(context.db, async (trx) => {
    await lockUser(trx, user.id);
    const count = await deleteFamiliesOf(trx, user.id);
    const details = { count };
    if (count > 0) {
      await recordAccountEvent(trx, context, { action: 'programs.logged-out', user, client, details });
    }
    return count;
  });
}
