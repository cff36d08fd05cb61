import type { Database } from '../database/connection.ts';
import { foldCase } from '../database/fold-case.ts';
import type { Transaction } from '../database/transaction.ts';

/** Keeps an address that an account gave up for that account alone, until a time in UTC milliseconds. */
export async function holdEmail(
  trx: Transaction,
  { email, userId, until }: { email: string; userId: number; until: number },
): Promise<void> {
  await trx('held_emails')
    .insert({ email_key: foldCase(email), user_id: userId, held_until: until })
    .onConflict('email_key')
    .merge();
}

/**
 * Whether an address is kept for an account. To be asked after `emailIsTaken`: what an account gives up while one
 * asks is then found by one of the two.
 *
 * @param exceptFor the account that asks: for itself nothing is held
 */
export async function emailIsHeld(
  db: Database | Transaction,
  email: string,
  exceptFor?: number,
): Promise<boolean> {
  const held = await db('held_emails').where('email_key', foldCase(email)).first({ userId: 'user_id' });
  return held !== undefined && held.userId !== exceptFor;
}

/** Lets go of the addresses that are held for an account, from a time on. */
export async function releaseEmails(trx: Transaction, userId: number, heldUntilFrom: number): Promise<void> {
  await trx('held_emails').where('user_id', userId).where('held_until', '>=', heldUntilFrom).delete();
}

export async function deleteExpiredHolds(db: Database, now: number): Promise<number> {
  return db('held_emails').where('held_until', '<=', now).delete();
}
