import { findSecret, secretFile } from '../keys.ts';
import type { CheckedSettings } from './checked-settings.ts';
import { type Finding, findingsOf } from './finding.ts';
import { isOpenTo } from './open-file.ts';

const { ok, warning, failure, refusal } = findingsOf('key');

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
};

/** Everybody but the file's owner. */
const OTHERS = 0o077;

/** Looks at the store's one secret; never prints it. */
export function checkKey(config: Pick<CheckedSettings, 'secretKey' | 'dataDir' | 'production'>): Finding[] {
  const { secretKey, production } = config;
  if (secretKey) {
    if (!isGuessable(secretKey)) return [ok(TEXTS.given)];
    return [production ? refusal(TEXTS.guessable, TEXTS.make) : warning(TEXTS.guessable, TEXTS.make)];
  }
  const file = secretFile(config);
  try {
    if (!findSecret(config)) return [warning(TEXTS.none, TEXTS.noneAdvice)];
  } catch (error) {
    return [failure(TEXTS.unreadable, (error as Error).message)];
  }
  return [isOpenTo(file, OTHERS) ? failure(TEXTS.open(file), TEXTS.openAdvice(file)) : ok(TEXTS.kept(file))];
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
