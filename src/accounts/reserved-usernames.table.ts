import type { Database } from '../database/connection.ts';
import { foldCase } from '../database/fold-case.ts';
import type { Transaction } from '../database/transaction.ts';

/** Keeps a username that an account gave up for that account alone, until a time in UTC milliseconds. */
export async function reserveUsername(
  trx: Transaction,
  { username, userId, until }: { username: string; userId: number; until: number },
): Promise<void> {
  await trx('reserved_usernames')
    .insert({ username_key: foldCase(username), user_id: userId, reserved_until: until })
    .onConflict('username_key')
    .merge();
}

/**
 * Whether a username is kept for an account. To be asked after `usernameIsTaken`: what an account gives up while one
 * asks is then found by one of the two.
 *
 * @param exceptFor the account that asks: for itself nothing is kept
 */
export async function usernameIsReserved(
  db: Database | Transaction,
  username: string,
  exceptFor?: number,
): Promise<boolean> {
  const reserved = await db('reserved_usernames')
    .where('username_key', foldCase(username))
    .first({ userId: 'user_id' });
  return reserved !== undefined && reserved.userId !== exceptFor;
}

/** How many usernames are kept for an account. */
export async function countReservedUsernames(db: Database | Transaction, userId: number): Promise<number> {
  const [row] = await db('reserved_usernames').where('user_id', userId).count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** Lets go of a username: its account has it again. */
export async function releaseUsername(trx: Transaction, username: string): Promise<void> {
  await trx('reserved_usernames').where('username_key', foldCase(username)).delete();
}

export async function deleteExpiredReservations(db: Database, now: number): Promise<void> {
  await db('reserved_usernames').where('reserved_until', '<=', now).delete();
}
