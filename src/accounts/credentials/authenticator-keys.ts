import { inTransaction } from '../../database/transaction.ts';
import type { AccountContext } from '../account-context.ts';
import { type AuthenticatorApp, findApp, takeStep } from './authenticator-apps.table.ts';
import { stepOf } from './totp.ts';

type Encryptor = AccountContext['encryptor'];

/** Encrypts an app's key for the database; it opens for this account alone. */
export function encryptKey(encryptor: Encryptor, userId: number, key: string): string {
  return encryptor.encrypt(key, placeOf(userId));
}

/** @throws when it was encrypted for another account, or with another secret of the store */
export function decryptKey(
  encryptor: Encryptor,
  { userId, encryptedKey }: Pick<AuthenticatorApp, 'userId' | 'encryptedKey'>,
): string {
  return encryptor.decrypt(encryptedKey, placeOf(userId));
}

function placeOf(userId: number): string {
  return `authenticator:${userId}`;
}

/**
 * Checks a code from somebody's app and uses its time step up: no code counts twice (OWASP ASVS 5.0, 6.5.1). Of two
 * who use it at the same instant one gets it.
 */
export async function useAppCode(
  { db, encryptor, clock }: Pick<AccountContext, 'db' | 'encryptor' | 'clock'>,
  userId: number,
  code: string,
): Promise<boolean> {
  const app = await findApp(db, userId);
  if (!app) return false;
  const step = stepOf(decryptKey(encryptor, app), code, clock());
  return step !== undefined && inTransaction(db, (trx) => takeStep(trx, app, step));
}

/** Whether the store can still read an app's key: not when its own secret is another one by now. */
export function canRead(
  encryptor: Encryptor,
  app: Pick<AuthenticatorApp, 'userId' | 'encryptedKey'>,
): boolean {
  try {
    decryptKey(encryptor, app);
    return true;
  } catch {
    return false;
  }
}
