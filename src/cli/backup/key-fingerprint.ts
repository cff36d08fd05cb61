import { deriveKey } from '../../shared/crypto/keys.ts';

/** Tells two keys of a store apart; nobody can work out the key from it (HKDF, RFC 5869). */
export function keyFingerprint(secret: string): string {
  return deriveKey(secret, 'fingerprint');
}
