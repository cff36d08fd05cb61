import type { Database } from '../../database/connection.ts';
import { countRows } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';

/** Gives a person these recovery codes and no others. @param createdAt in UTC milliseconds */
export async function replaceCodes(
  trx: Transaction,
  userId: number,
  codeHashes: string[],
  createdAt: number,
): Promise<void> {
  await deleteCodes(trx, userId);
  await trx('recovery_codes').insert(
    codeHashes.map((hash) => ({ code_hash: hash, user_id: userId, created_at: createdAt })),
  );
}

export async function deleteCodes(trx: Transaction, userId: number): Promise<void> {
  await trx('recovery_codes').where('user_id', userId).delete();
}

/** Uses a code up. @returns false when there is none such, or it was used: of two at the same instant one gets it */
export async function useCode(
  trx: Transaction,
  userId: number,
  codeHash: string,
  now: number,
): Promise<boolean> {
  const used = await trx('recovery_codes')
    .where({ code_hash: codeHash, user_id: userId })
    .whereNull('used_at')
    .update({ used_at: now });
  return used === 1;
}

export async function countUnusedCodes(db: Database, userId: number): Promise<number> {
  return countRows(db('recovery_codes').where('user_id', userId).whereNull('used_at'));
}

/** When a person's codes were made, in UTC milliseconds; undefined when there are none. */
export async function codesMadeAt(db: Database, userId: number): Promise<number | undefined> {
  return (await db('recovery_codes').where('user_id', userId).first('created_at'))?.created_at;
}
