import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../shared/reason.ts';
import { type Config, ConfigError } from './config.ts';

const FILE = 'secret.key';
const KEY_BYTES = 32;

// A key that cannot be used is never to be removed: a new one would log everybody out and open no authenticator app.
const TEXTS = {
  unreadable: (file: string, reason: string) =>
    `The key in ${file} cannot be read or made (${reason}). Run this as the user that runs the store, to whom the file and its folder must belong.`,
  tooShort: (file: string) =>
    `What is in ${file} is too short to be a key. Put the store’s key back from a backup, or set SECRET_KEY to it.`,
};

export function secretFile({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, FILE);
}

/** `loadSecret` that makes none: undefined without one yet. @throws ConfigError also when this user may not look */
export function findSecret(config: Pick<Config, 'secretKey' | 'dataDir'>): string | undefined {
  if (config.secretKey) return config.secretKey;
  const file = secretFile(config);
  try {
    if (!statSync(file, { throwIfNoEntry: false })) return undefined;
  } catch (error) {
    throw new ConfigError(TEXTS.unreadable(file, reasonOf(error)));
  }
  return loadSecret(config);
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
  let secret: string;
  try {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) makeSecret(file);
    secret = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(TEXTS.unreadable(file, reasonOf(error)));
  }
  if (Buffer.byteLength(secret) < KEY_BYTES) throw new ConfigError(TEXTS.tooShort(file));
  return secret;
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
