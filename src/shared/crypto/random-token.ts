import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** Makes a secret that nobody guesses: 256 random bits as base64url text. */
export function makeToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/**
 * What the database keeps of a secret that the store itself made: its SHA-256. Such a secret cannot be guessed,
 * so a fast hash is enough (OWASP ASVS 5.0, 11.4.1).
 *
 * @returns 64 hexadecimal digits
 */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
