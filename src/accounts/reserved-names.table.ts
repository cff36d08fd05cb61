import type { Database } from '../database/connection.ts';
import { foldCase } from '../database/fold-case.ts';
import { countRows } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';

/*
 * Usernames and emails that an account gave up: for a while nobody else gets them. An email has an @ and a username has
 * none, so one table holds both.
 */

export type NameKind = 'username' | 'email';

/** Reserves a name for the account that gave it up, until a time in UTC milliseconds. */
export async function reserveName(
  trx: Transaction,
  { kind, name, userId, until }: { kind: NameKind; name: string; userId: number; until: number },
): Promise<void> {
  await trx('reserved_names')
    .insert({ name_key: foldCase(name), kind, user_id: userId, reserved_until: until })
    .onConflict('name_key')
    .merge();
}

/**
 * Whether a username or an email is reserved. To be asked after `usernameIsTaken` or `emailIsTaken`: what an account gives
 * up while one asks is then found by one of the two.
 *
 * @param exceptFor the account that asks: its own old names are free for it
 */
export async function nameIsReserved(db: Database, name: string, exceptFor?: number): Promise<boolean> {
  const reserved = await db('reserved_names').where('name_key', foldCase(name)).first({ userId: 'user_id' });
  return reserved !== undefined && reserved.userId !== exceptFor;
}

export async function countReservedUsernames(db: Database, userId: number): Promise<number> {
  return countRows(db('reserved_names').where({ user_id: userId, kind: 'username' }));
}

export async function releaseUsername(trx: Transaction, username: string): Promise<void> {
  await trx('reserved_names').where('name_key', foldCase(username)).delete();
}

/** Frees the emails of an account that are reserved until a time or longer. */
export async function releaseEmails(trx: Transaction, userId: number, untilFrom: number): Promise<void> {
  await trx('reserved_names')
    .where({ user_id: userId, kind: 'email' })
    .where('reserved_until', '>=', untilFrom)
    .delete();
}
