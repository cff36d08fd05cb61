import type { Database } from '../../database/connection.ts';
import { columns, toRow } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';

/** A person's authenticator app, confirmed by a code. Times are UTC milliseconds. */
export interface AuthenticatorApp {
  userId: number;
  encryptedKey: string;
  /** When its key was made. */
  createdAt: number;
  confirmedAt: number;
  /** The time step of the last code that counted. */
  lastStep: number;
}

export async function findApp(db: Database, userId: number): Promise<AuthenticatorApp | undefined> {
  return db('authenticator_apps')
    .where('user_id', userId)
    .first({ ...columns('userId createdAt confirmedAt lastStep'), encryptedKey: 'encrypted_secret' });
}

/** Gives a person an app, in the place of the one they may have had. To be called with the person's row locked. */
export async function saveApp(trx: Transaction, app: AuthenticatorApp): Promise<void> {
  await deleteApp(trx, app.userId);
  const { encryptedKey: encryptedSecret, ...values } = app;
  await trx('authenticator_apps').insert(toRow({ ...values, encryptedSecret }));
}

/**
 * Uses a time step up.
 *
 * @returns false when it was used before, or a later one was: of two who use it at the same instant one gets it.
 *   Also when the app has another key by now
 */
export async function takeStep(
  trx: Transaction,
  { userId, encryptedKey }: Pick<AuthenticatorApp, 'userId' | 'encryptedKey'>,
  step: number,
): Promise<boolean> {
  const taken = await trx('authenticator_apps')
    .where({ user_id: userId, encrypted_secret: encryptedKey })
    .where('last_step', '<', step)
    .update({ last_step: step });
  return taken === 1;
}

/** @returns false when there was none */
export async function deleteApp(trx: Transaction, userId: number): Promise<boolean> {
  return (await trx('authenticator_apps').where('user_id', userId).delete()) === 1;
}

/** Removes a person's app if it counts since a time, or later. @returns whether there was such a one */
export async function deleteAppSince(trx: Transaction, userId: number, time: number): Promise<boolean> {
  const removed = await trx('authenticator_apps')
    .where('user_id', userId)
    .where('confirmed_at', '>=', time)
    .delete();
  return removed === 1;
}
