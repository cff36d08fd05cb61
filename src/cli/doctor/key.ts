import { statSync } from 'node:fs';
import { canRead } from '../../accounts/two-factor/authenticator-app.ts';
import type { Config } from '../../config.ts';
import { findSecret, secretFile } from '../../keys.ts';
import { openMail } from '../../mail/sealed-mail.ts';
import { createSealer, type Sealer } from '../../sealing.ts';
import type { Store } from '../store.ts';
import { type Finding, findingsOf } from './finding.ts';
import { newestApp, newestSealedMail } from './store-health.table.ts';

const { ok, warning, failure } = findingsOf('key');

const TEXTS = {
  make: 'Make one with: openssl rand -base64 48. A new key logs everybody out and makes authenticator apps useless.',
  guessable:
    'SECRET_KEY looks as if it could be guessed: with a copy of the database, whoever does can read authenticator keys and mails.',
  given: 'SECRET_KEY is set and long enough.',
  none: 'There is no key yet.',
  noneAdvice:
    'The first start of the store makes one. If it runs already, DATA_DIR is not the one it runs with.',
  open: (file: string) => `Other users of this machine can read ${file}.`,
  openAdvice: (file: string) => `Run: chmod 600 ${file}`,
  kept: (file: string) => `The key is in ${file}, for its owner alone.`,
  unreadable: 'The key cannot be used.',
  otherKey: 'The newest authenticator app was added with another key: its codes are refused.',
  otherKeyForMail: 'The newest mail that waits was sealed with another key: it cannot be sent.',
  otherKeyAdvice:
    'Use the SECRET_KEY, or the DATA_DIR with the key, that the store runs with. If that one is lost: gatehouse user reset-2fa.',
};

/** Everybody but the file's owner. */
const OTHERS = 0o077;

/** Looks at the store's one secret; never prints it. */
export function checkKey(config: Pick<Config, 'secretKey' | 'dataDir' | 'production'>): Finding[] {
  const { secretKey, production } = config;
  if (secretKey) {
    if (!isGuessable(secretKey)) return [ok(TEXTS.given)];
    return [production ? failure(TEXTS.guessable, TEXTS.make) : warning(TEXTS.guessable, TEXTS.make)];
  }
  const file = secretFile(config);
  try {
    if (!findSecret(config)) return [warning(TEXTS.none, TEXTS.noneAdvice)];
  } catch (error) {
    return [failure(TEXTS.unreadable, (error as Error).message)];
  }
  const isOpen = process.platform !== 'win32' && (statSync(file).mode & OTHERS) !== 0;
  return [isOpen ? failure(TEXTS.open(file), TEXTS.openAdvice(file)) : ok(TEXTS.kept(file))];
}

/** Whether the key is the one with which the store sealed what it keeps. Nothing is said when it is. */
export async function checkKeyFits({ config, db }: Store): Promise<Finding[]> {
  const secret = findSecret(config);
  if (!secret) return [];
  const sealer = createSealer(secret);
  const app = await newestApp(db);
  if (app && !canRead(sealer, app)) return [failure(TEXTS.otherKey, TEXTS.otherKeyAdvice)];
  const mail = await newestSealedMail(db);
  return mail && !canOpen(sealer, mail) ? [failure(TEXTS.otherKeyForMail, TEXTS.otherKeyAdvice)] : [];
}

function canOpen(
  sealer: Sealer,
  { messageId, sealedMail }: { messageId: string; sealedMail: string },
): boolean {
  try {
    openMail(sealer, messageId, sealedMail);
    return true;
  } catch {
    return false;
  }
}

/** What people write where a secret should be. */
const PLACEHOLDERS = /change|secret|password|example|default|gatehouse|placeholder|qwerty/i;

/** A random key of 32 characters has at least this many different ones, unless it is digits alone. */
const LEAST_DIFFERENT = 10;

/** Whether a secret has a pattern that no random one has: a part repeated, a sequence, few characters, a placeholder. */
export function isGuessable(secret: string): boolean {
  return (
    new Set(secret).size < LEAST_DIFFERENT ||
    PLACEHOLDERS.test(secret) ||
    isRepeated(secret) ||
    isSequence(secret)
  );
}

/** Whether it is one part again and again, the last time perhaps cut short. */
function isRepeated(text: string): boolean {
  // A text that is periodic is found in itself, moved by its period.
  const period = text.indexOf(text.slice(0, Math.ceil(text.length / 2)), 1);
  return period > 0 && text.startsWith(text.slice(period));
}

/** Whether most characters are the neighbours of those before them, as in `abcdefgh12345678`. */
function isSequence(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).filter((code, index) => Math.abs(code - (codes[index] ?? 0)) <= 1);
  return steps.length > text.length / 2;
}
