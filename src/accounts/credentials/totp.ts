import { Secret, TOTP } from 'otpauth';
import { inTransaction } from '../../database/transaction.ts';
import { SECOND } from '../../shared/clock.ts';
import type { AccountContext } from '../account-context.ts';
import { type AuthenticatorApp, findApp, takeStep } from './authenticator-apps.table.ts';

type Encryptor = AccountContext['encryptor'];
type EncryptedKey = Pick<AuthenticatorApp, 'userId' | 'encryptedKey'>;

/** RFC 4226, section 4, R6: a key of 160 bits, as long as what HMAC-SHA-1 gives. */
const KEY_BYTES = 20;

/** What every authenticator app takes; some silently ignore what an otpauth address says besides (RFC 6238, 1.2). */
const KIND = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** How many steps a phone's clock may be off, either way (RFC 6238, 5.2). */
const DRIFT = 1;

/** How long a code is the present one, in milliseconds. */
export const STEP = KIND.period * SECOND;

/** Makes the key that the store and an authenticator app share. @returns 32 base32 characters (RFC 4648) */
export function makeKey(): string {
  return new Secret({ size: KEY_BYTES }).base32;
}

/** The `otpauth:` address that apps read from a QR code or open by a link: the key and whose it is. */
export function keyUri(key: string, names: { store: string; username: string }): string {
  const secret = Secret.fromBase32(key);
  return new TOTP({ ...KIND, secret, issuer: names.store, label: names.username }).toString();
}

/** Reads six digits as people type what their app shows: `123 456`. @returns undefined when it is anything else */
export function readCode(text: string): string | undefined {
  const digits = text.replaceAll(/[\s-]/g, '');
  return /^[0-9]{6}$/.test(digits) ? digits : undefined;
}

/**
 * Finds the time step that a code belongs to, among the present one and its neighbours (RFC 6238).
 *
 * @param now in UTC milliseconds
 * @returns the number of the step, undefined when the code is wrong. Whoever lets it count must see that this step
 *   is later than that of the last code that counted (RFC 6238, 5.2)
 */
export function stepOf(key: string, text: string, now: number): number | undefined {
  const code = readCode(text);
  if (!code) return undefined;
  const totp = new TOTP({ ...KIND, secret: Secret.fromBase32(key) });
  const offset = totp.validate({ token: code, timestamp: now, window: DRIFT });
  return offset === null ? undefined : totp.counter({ timestamp: now }) + offset;
}

/** Encrypts an app's key for the database; it opens for this account alone. */
export function encryptKey(encryptor: Encryptor, userId: number, key: string): string {
  return encryptor.encrypt(key, placeOf(userId));
}

/** @throws when it was encrypted for another account, or with another secret of the store */
export function decryptKey(encryptor: Encryptor, { userId, encryptedKey }: EncryptedKey): string {
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
export function canRead(encryptor: Encryptor, app: EncryptedKey): boolean {
  try {
    decryptKey(encryptor, app);
    return true;
  } catch {
    return false;
  }
}
