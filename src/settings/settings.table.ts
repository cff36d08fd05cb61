import type { Database } from '../database/connection.ts';
import { noteLock } from '../database/lock-order.ts';
import { columns, toRow } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';
import type { StoreSettings } from './store-settings.ts';

/** What admins have set, as a whole: the table has one row. */
export interface StoredSettings {
  /** Grows with each change, so that who saves what somebody else has changed meanwhile is told. */
  version: number;
  values: Partial<StoreSettings>;
  /** In UTC milliseconds, and by whom; null while nobody has changed anything. */
  changedAt: number | null;
  changedBy: number | null;
}

const COLUMNS = { ...columns('version changedAt changedBy'), values: 'data' };

export async function readSettings(db: Database): Promise<StoredSettings> {
  const row = await db('store_settings').where('id', 1).first(COLUMNS);
  return { ...row, values: JSON.parse(row.values) };
}

/** Reads them and keeps others from changing them until the transaction ends. */
export async function lockSettings(trx: Transaction): Promise<StoredSettings> {
  noteLock(trx, 'settings');
  const row = await trx('store_settings').where('id', 1).forUpdate().first(COLUMNS);
  return { ...row, values: JSON.parse(row.values) };
}

/**
 * Puts new settings in the place of those with a version.
 *
 * @returns false when somebody else was quicker
 */
export async function replaceSettings(
  trx: Transaction,
  version: number,
  { values, changedAt, changedBy }: Omit<StoredSettings, 'version'>,
): Promise<boolean> {
  const changed = await trx('store_settings')
    .where({ id: 1, version })
    .update(toRow({ version: version + 1, data: JSON.stringify(values), changedAt, changedBy }));
  return changed === 1;
}
