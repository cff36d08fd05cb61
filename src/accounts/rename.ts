import { foldCase } from '../database/fold-case.ts';
import type { Transaction } from '../database/transaction.ts';
import { DAY } from '../shared/clock.ts';
import { nameIsReserved, releaseUsername, reserveName } from './reserved-names.table.ts';
import { changeEmail, renameUser, type User } from './users.table.ts';

/** How long nobody else gets a username that was given up, in milliseconds: others could be taken for its member. */
export const USERNAME_RESERVED = 90 * DAY;

/**
 * Gives an account another address.
 *
 * @param user as before the change; locked
 * @param verifiedAt when it was proven, in UTC milliseconds; null: not yet
 * @returns false when another account has the address, or has given it up lately
 */
export async function moveEmail(
  trx: Transaction,
  user: Pick<User, 'id' | 'email' | 'emailVerifiedAt'>,
  email: string,
  verifiedAt: number | null,
): Promise<boolean> {
  if (!(await changeEmail(trx, user.id, email, verifiedAt))) return false;
  // Looked at now: who gave the address up a moment ago has reserved it in the same transaction.
  if (!(await nameIsReserved(trx, email, user.id))) return true;
  await changeEmail(trx, user.id, user.email, user.emailVerifiedAt);
  return false;
}

/**
 * Gives an account another username, and keeps the old one for it.
 *
 * @param user as before the change; locked
 * @returns false when another account has the name, or has given it up lately
 */
export async function rename(
  trx: Transaction,
  user: Pick<User, 'id' | 'username'>,
  username: string,
  now: number,
): Promise<boolean> {
  if (!(await renameUser(trx, user.id, username))) return false;
  // Looked at now: who gave the name up a moment ago has kept it in the same transaction.
  if (await nameIsReserved(trx, username, user.id)) {
    await renameUser(trx, user.id, user.username);
    return false;
  }
  await releaseUsername(trx, username);
  if (foldCase(user.username) !== foldCase(username)) {
    const until = now + USERNAME_RESERVED;
    await reserveName(trx, { kind: 'username', name: user.username, userId: user.id, until });
  }
  return true;
}
