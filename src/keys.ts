import { hkdfSync, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';

const FILE = 'secret.key';
const KEY_BYTES = 32;

/**
 * Gives the store's one secret: SECRET_KEY, or else a random one that is made at the first start and kept in
 * the data folder, readable by its owner alone.
 */
export function loadSecret(config: Pick<Config, 'secretKey' | 'dataDir'>): string {
  if (config.secretKey) return config.secretKey;
  mkdirSync(config.dataDir, { recursive: true });
  const file = join(config.dataDir, FILE);
  try {
    // `wx` refuses an existing file, so that of two first starts only one makes the key.
    writeFileSync(file, randomBytes(KEY_BYTES).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}

/**
 * Derives the key for one purpose from the store's secret (HKDF, RFC 5869), so that a key that leaks from
 * one place opens nothing elsewhere.
 *
 * @returns 32 bytes as base64url text
 */
export function deriveKey(secret: string, purpose: 'session-cookie'): string {
  return Buffer.from(hkdfSync('sha256', secret, 'gatehouse', purpose, KEY_BYTES)).toString('base64url');
}
