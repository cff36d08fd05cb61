import { ERASURE, emptyRowsAbout } from '../../audit/audit-log.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { erasePersonalData } from '../../features/personal-data.table.ts';
import type { AccountContext } from '../account-context.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { lockUser } from '../users.table.ts';
import { eraseUser, listDueClosings } from './personal-data.table.ts';

type ErasureContext = Pick<AccountContext, 'db' | 'clock' | 'mailer' | 'config' | 'features'>;

/** How many accounts are erased in one go. */
const BATCH = 100;

/**
 * Erases the accounts that were closed 14 days ago, each in a transaction of its own. Username and address are free
 * again; the row stays without either, for the orders that lead to it, and so do the audit rows, with nothing in
 * them that tells of the person.
 */
export async function eraseClosedAccounts(context: ErasureContext): Promise<void> {
  for (const id of await listDueClosings(context.db, context.clock(), BATCH)) await erase(context, id);
}

async function erase(context: ErasureContext, id: number): Promise<void> {
  await inTransaction(context.db, async (trx) => {
    const now = context.clock();
    const user = await lockUser(trx, id);
    // Its member came back a moment ago, or another process has erased it.
    if (!user || user.closingAt === null || user.closingAt > now) return;
    await erasePersonalData(trx, context.features, user);
    await eraseUser(trx, id, now);
    await emptyRowsAbout(trx, id);
    await recordAccountEvent(trx, context, {
      action: ERASURE,
      user: { id, username: '', email: '', emailVerifiedAt: null },
      actor: { kind: 'system' },
    });
  });
}
