import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export type Encryptor = ReturnType<typeof createEncryptor>;

const ALGORITHM = 'aes-256-gcm';
/** NIST SP 800-38D, 8.2.2: random 96-bit nonces. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts what the database must keep and nobody who reads it may use.
 *
 * @param secret the store's one secret, from which the key is derived
 */
export function createEncryptor(secret: string) {
  const key = Buffer.from(deriveKey(secret, 'encrypted-columns'), 'base64url');
  return {
    /**
     * @param place what the text belongs to (`authenticator:12`): encrypted for one place, it opens at no other
     * @returns base64url text
     */
    encrypt(text: string, place: string): string {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(place));
      const hidden = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString('base64url');
    },
    /** @throws when the text was changed, encrypted for another place or under another key */
    decrypt(encrypted: string, place: string): string {
      const bytes = Buffer.from(encrypted, 'base64url');
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const hidden = bytes.subarray(NONCE_BYTES + TAG_BYTES);
      return Buffer.concat([decipher.update(hidden), decipher.final()]).toString('utf8');
    },
  };
}

const KEY_BYTES = 32;

/**
 * Derives the key for one purpose from the store's secret (HKDF, RFC 5869), so that a key that leaks from
 * one place opens nothing elsewhere.
 *
 * @returns 32 bytes as base64url text
 */
export function deriveKey(
  secret: string,
  purpose:
    | 'session-cookie'
    | 'encrypted-columns'
    | 'fingerprint'
    | 'refresh-tokens'
    | `access-tokens ${number}`,
): string {
  return Buffer.from(hkdfSync('sha256', secret, 'gatehouse', purpose, KEY_BYTES)).toString('base64url');
}
