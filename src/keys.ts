import { hkdfSync, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from './config.ts';

const FILE = 'secret.key';
const KEY_BYTES = 32;

/** Where the secret is kept that the store makes itself. */
export function secretFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, FILE);
}

/** The same as `loadSecret`, for whoever must not make one: undefined when the store has none yet. */
export function findSecret(config: Pick<Config, 'secretKey' | 'dataDir'>): string | undefined {
  return config.secretKey || existsSync(secretFile(config)) ? loadSecret(config) : undefined;
}

/**
 * Gives the store's one secret: SECRET_KEY, or else a random one that is made at the first start and kept in
 * the data folder, readable by its owner alone.
 *
 * @throws ConfigError when the file can be neither read nor made, or holds too little to be a secret
 */
export function loadSecret(config: Pick<Config, 'secretKey' | 'dataDir'>): string {
  if (config.secretKey) return config.secretKey;
  const file = secretFile(config);
  try {
    mkdirSync(config.dataDir, { recursive: true });
    if (!existsSync(file)) makeSecret(file);
    const secret = readFileSync(file, 'utf8');
    if (Buffer.byteLength(secret) < KEY_BYTES) throw new Error('it is too short to be a secret');
    return secret;
  } catch (error) {
    const reason = (error as Error).message;
    throw new ConfigError(`The key in ${file} cannot be used (${reason}). Remove it, or set SECRET_KEY.`);
  }
}

/**
 * Writes the secret beside its place, then links it there: the file is whole from its first moment, and of
 * two processes that start at once only one makes it.
 */
function makeSecret(file: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, randomBytes(KEY_BYTES).toString('base64url'), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

/**
 * Derives the key for one purpose from the store's secret (HKDF, RFC 5869), so that a key that leaks from
 * one place opens nothing elsewhere.
 *
 * @returns 32 bytes as base64url text
 */
export function deriveKey(
  secret: string,
  purpose: 'session-cookie' | 'sealed-columns' | 'fingerprint' | `access-tokens ${number}`,
): string {
  return Buffer.from(hkdfSync('sha256', secret, 'gatehouse', purpose, KEY_BYTES)).toString('base64url');
}
