import { hkdfSync } from 'node:crypto';

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
