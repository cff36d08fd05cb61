import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';

/** The row that says that a member was erased. Rows of that member from before it may have been emptied, no others. */
export const ERASURE = 'account.erased';

/**
 * Erases what the log holds of a person; the rows and the chain stay. What somebody did to others or to the store stays
 * whole: it is the others' story, and an admin who leaves must not take it along. To be followed by a row with the
 * action ERASURE about them, in the same transaction.
 */
export async function emptyRowsAbout(trx: Transaction, userId: number): Promise<void> {
  await trx('audit_log').where('subject_id', userId).update({ personal: null });
}

/**
 * Where in the chain it stands that a member was erased: the number of the last such row, Infinity where it is not
 * linked yet; undefined where there is none, or the member is not erased.
 */
export async function findErasure(db: Database, userId: number): Promise<number | undefined> {
  if (!(await db('users').where({ id: userId }).whereNotNull('erased_at').first('id'))) return undefined;
  const rows: { sequence: number | null }[] = await db('audit_log')
    .where({ subject_id: userId, action: ERASURE })
    .select('sequence');
  return rows.length === 0 ? undefined : Math.max(...rows.map(({ sequence }) => sequence ?? Infinity));
}
