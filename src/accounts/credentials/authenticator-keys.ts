import { inTransaction } from '../../database/transaction.ts';
import type { AccountContext } from '../account-context.ts';
import { type AuthenticatorApp, findApp, takeStep } from './authenticator-apps.table.ts';
import { stepOf } from './totp.ts';

type Sealer = AccountContext['sealer'];

/** Encrypts an app's key for the database; it opens for this account alone. */
export function sealKey(sealer: Sealer, userId: number, key: string): string {
  return sealer.seal(key, placeOf(userId));
}

/** @throws when it was sealed for another account, or with another secret of the store */
export function openKey(
  sealer: Sealer,
  { userId, sealedKey }: Pick<AuthenticatorApp, 'userId' | 'sealedKey'>,
): string {
  return sealer.open(sealedKey, placeOf(userId));
}

function placeOf(userId: number): string {
  return `authenticator:${userId}`;
}

/**
 * Checks a code from somebody's app and uses its time step up: no code counts twice (OWASP ASVS 5.0, 6.5.1). Of two
 * who use it at the same instant one gets it.
 */
export async function useAppCode(
  { db, sealer, clock }: Pick<AccountContext, 'db' | 'sealer' | 'clock'>,
  userId: number,
  code: string,
): Promise<boolean> {
  const app = await findApp(db, userId);
  if (!app) return false;
  const step = stepOf(openKey(sealer, app), code, clock());
  return step !== undefined && inTransaction(db, (trx) => takeStep(trx, app, step));
}

/** Whether the store can still read an app's key: not when its own secret is another one by now. */
export function canRead(sealer: Sealer, app: Pick<AuthenticatorApp, 'userId' | 'sealedKey'>): boolean {
  try {
    openKey(sealer, app);
    return true;
  } catch {
    return false;
  }
}
