import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadSecret } from '../config/secret-key.ts';
import { asAnotherUser } from '../testing/another-user.ts';
import { checkKey, isGuessable } from './key.ts';

const GOOD = 'qX7-vR2mLp9_ZtK4wYb8NcJd3HfGs6Ua';

describe('a secret that was', () => {
  test.each([
    ['one character', 'x'.repeat(40)],
    ['a short word again and again', 'q7Zp'.repeat(10)],
    ['a word again and cut short', `${GOOD.slice(0, 12)}${GOOD.slice(0, 12)}${GOOD.slice(0, 9)}`],
    ['typed along the alphabet', 'abcdefghijklmnopqrstuvwxyz012345'],
    ['counted', '0123456789abcdef0123456789ABCDEF'],
    ['counted down', '98765432109876543210zyxwvutsrqpo'],
    ['left as it came', 'please-CHANGE-me-before-you-go-live-42'],
    ['named after what it is', 'my-very-own-secret-key-for-the-shop-7'],
  ])('%s can be guessed', (_how, secret) => {
    expect(isGuessable(secret)).toBe(true);
  });

  test('drawn at random cannot, in whatever letters it is written', () => {
    for (let time = 0; time < 200; time += 1) {
      const bytes = randomBytes(32);
      for (const encoding of ['base64', 'base64url', 'hex'] as const)
        expect(isGuessable(bytes.toString(encoding)), bytes.toString(encoding)).toBe(false);
    }
    expect(isGuessable('3141592653589793238462643383279502884197')).toBe(false);
    expect(isGuessable(randomBytes(600).toString('hex'))).toBe(false);
    expect(isGuessable('lantern-moss-fiddle-barn-7890123')).toBe(false);
  });
});

describe('the key', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-doctor-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  const levelOf = (secretKey: string | undefined, production = false) =>
    checkKey({ secretKey, dataDir, production }).map(({ level }) => level);

  test('in SECRET_KEY is sound, or can be guessed: a failure in production alone', () => {
    expect(levelOf(GOOD, true)).toEqual(['ok']);
    expect(checkKey({ secretKey: 'x'.repeat(32), dataDir, production: true })).toMatchObject([
      { level: 'failure', refused: true },
    ]);
    expect(levelOf('x'.repeat(32))).toEqual(['warning']);
  });

  test('in its file is sound while its owner alone can read it', () => {
    const secret = loadSecret({ secretKey: undefined, dataDir });
    const file = join(dataDir, 'secret.key');
    expect(levelOf(undefined)).toEqual(['ok']);
    for (const mode of [0o640, 0o604, 0o620]) {
      chmodSync(file, mode);
      const [finding] = checkKey({ secretKey: undefined, dataDir, production: false });
      expect(finding).toMatchObject({ level: 'failure', advice: `Run: chmod 600 ${file}` });
      expect(JSON.stringify(finding)).not.toContain(secret);
    }
  });

  test('that is not there is not made', () => {
    expect(levelOf(undefined)).toEqual(['warning']);
    expect(existsSync(join(dataDir, 'secret.key'))).toBe(false);
  });

  test('of another user is not one that is missing, and is never to be removed', () => {
    loadSecret({ secretKey: undefined, dataDir });
    const [finding] = asAnotherUser(dataDir, () =>
      checkKey({ secretKey: undefined, dataDir, production: false }),
    );
    expect(finding).toMatchObject({
      level: 'failure',
      advice: expect.stringMatching(/secret\.key cannot be read.*EACCES.*as the user that runs the store/),
    });
    expect(finding?.advice).not.toMatch(/remove/i);
  });

  test('that is cut short is a failure', () => {
    writeFileSync(join(dataDir, 'secret.key'), 'short', { mode: 0o600 });
    expect(levelOf(undefined)).toEqual(['failure']);
    const [finding] = checkKey({ secretKey: undefined, dataDir, production: false });
    expect(finding?.advice).toMatch(/too short to be a key\. Put the store’s key back/);
  });
});
