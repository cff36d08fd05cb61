import type { Context } from '../context.ts';
import { inTransaction } from '../database/transaction.ts';
import { readSettings, replaceSettings } from '../settings/settings.table.ts';
import type { StoreSettings } from '../settings/store-settings.ts';

/** Changes settings of a store as if an admin had, at once; what its environment fixes stays. */
export async function setSettings(
  { db, settings }: Pick<Context, 'db' | 'settings'>,
  change: Partial<StoreSettings>,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const { version, values } = await readSettings(trx);
    await replaceSettings(trx, version, { values: { ...values, ...change }, changedAt: 0, changedBy: null });
  });
  await settings.reload();
}
