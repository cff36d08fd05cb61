import type { Config } from '../config/config.ts';
import { findSecret, secretFile } from '../config/secret-key.ts';
import { isOpenTo } from './files.ts';
import { type Finding, findingsOf } from './finding.ts';

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
  inFile: (file: string) => `The key is in ${file}, for its owner alone.`,
  unreadable: 'The key cannot be used.',
};

const OTHERS = 0o077;

/** Looks at the store's one secret; never prints it. */
export function checkKey(config: Pick<Config, 'secretKey' | 'dataDir' | 'production'>): Finding[] {
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
  return [
    isOpenTo(file, OTHERS) ? failure(TEXTS.open(file), TEXTS.openAdvice(file)) : ok(TEXTS.inFile(file)),
  ];
}

/** What people write where a secret should be. */
const PLACEHOLDERS =
  /change|secret|password|example|default|gatehouse|placeholder|qwerty|abcdefgh|01234567|98765432/i;

/** A key of 32 characters that was drawn at random has at least so many different pairs of neighbours. */
const LEAST_PAIRS = 18;

/** Whether a secret has a pattern that no random one has: a placeholder, a sequence, a short part again and again. */
export function isGuessable(secret: string): boolean {
  const pairs = new Set(Array.from(secret, (character, index) => character + secret.charAt(index + 1)));
  return pairs.size < LEAST_PAIRS || PLACEHOLDERS.test(secret);
}
