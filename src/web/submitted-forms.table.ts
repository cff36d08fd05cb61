import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';

/** A form that was carried out. Times are UTC milliseconds. */
interface SubmittedFormRow {
  keyHash: string;
  userId: number | null;
  createdAt: number;
}

/** Adds a form unless it is there: one at the same instant waits until the other transaction is over. */
export async function insertForm(trx: Transaction, form: SubmittedFormRow): Promise<void> {
  await trx('submitted_forms')
    .insert({ key_hash: form.keyHash, user_id: form.userId, created_at: form.createdAt })
    .onConflict('key_hash')
    .ignore();
}

/** What a form came to, as JSON; undefined while it has come to nothing. */
export async function findOutcome(db: Database, keyHash: string): Promise<string | undefined> {
  const row = await db('submitted_forms').where('key_hash', keyHash).first('outcome');
  return row?.outcome ?? undefined;
}

export async function saveOutcome(
  trx: Transaction,
  keyHash: string,
  { outcome, encrypted }: { outcome: string; encrypted: string | null },
): Promise<void> {
  await trx('submitted_forms').where('key_hash', keyHash).update({ outcome, encrypted });
}

export async function deleteForm(trx: Transaction, keyHash: string): Promise<void> {
  await trx('submitted_forms').where('key_hash', keyHash).delete();
}

/**
 * Takes what a member's form left to be shown: of two who ask at the same instant one gets it.
 *
 * @param since forms that are older show nothing
 */
export async function takeEncrypted(
  db: Database,
  { keyHash, userId, since }: { keyHash: string; userId: number; since: number },
): Promise<string | undefined> {
  const mine = db('submitted_forms').where({ key_hash: keyHash, user_id: userId });
  const row = await mine.clone().whereNotNull('encrypted').where('created_at', '>', since).first('encrypted');
  if (!row) return undefined;
  const taken = await mine.clone().whereNotNull('encrypted').update({ encrypted: null });
  return taken === 1 ? row.encrypted : undefined;
}

/** Forgets what nobody came to see of forms that were sent before a moment. */
export async function deleteEncryptedBefore(db: Database, moment: number): Promise<void> {
  await db('submitted_forms')
    .where('created_at', '<=', moment)
    .whereNotNull('encrypted')
    .update({ encrypted: null });
}
