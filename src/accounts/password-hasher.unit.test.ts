import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { QueueFull } from './fair-queue.ts';
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts';

let hasher: PasswordHasher;
beforeAll(async () => {
  hasher = await createPasswordHasher(4, { threads: 1 });
});
afterAll(() => hasher.close());

/** Whether a password opens what another one closed. */
async function opens(typed: string, stored: string): Promise<boolean> {
  return hasher.verify(typed, await hasher.hash(stored));
}

describe('a stored hash', () => {
  test('names its version and cost, and fits its column', async () => {
    const stored = await hasher.hash('lantern');
    expect(stored).toMatch(/^v1:\$2b\$04\$[./A-Za-z0-9]{53}$/);
    expect(stored.length).toBeLessThanOrEqual(100);
  });

  test('is another one each time, and each verifies', async () => {
    const first = await hasher.hash('lantern');
    const second = await hasher.hash('lantern');
    expect(first).not.toBe(second);
    expect(await hasher.verify('lantern', first)).toBe(true);
    expect(await hasher.verify('lantern', second)).toBe(true);
  });
});

describe('a password', () => {
  test('that differs only at byte 73 does not verify (ASVS 6.2.8)', async () => {
    const head = 'x'.repeat(72);
    expect(await opens(`${head}a`, `${head}a`)).toBe(true);
    expect(await opens(`${head}b`, `${head}a`)).toBe(false);
    expect(await opens(head, `${head}a`)).toBe(false);
  });

  test('that differs only in case does not verify (ASVS 6.2.8)', async () => {
    expect(await opens('Lantern', 'lantern')).toBe(false);
  });

  test('that differs only in a space around it does not verify (ASVS 6.2.8)', async () => {
    expect(await opens('lantern ', 'lantern')).toBe(false);
    expect(await opens('lantern', ' lantern')).toBe(false);
  });

  test('counts beyond a NUL, where bcrypt by itself would stop', async () => {
    expect(await opens('lantern\0a', 'lantern\0b')).toBe(false);
    expect(await opens('', '\0')).toBe(false);
  });

  test('of 64 emoji counts to the last one (ASVS 6.2.9)', async () => {
    expect(await opens('🦊'.repeat(64), '🦊'.repeat(64))).toBe(true);
    expect(await opens(`${'🦊'.repeat(63)}🐻`, '🦊'.repeat(64))).toBe(false);
  });

  test('typed on another keyboard is the same when its letters are (NFC)', async () => {
    expect(await opens('cafe\u0301 zoe\u0308', 'café zoë')).toBe(true);
    expect(await opens('cafe zoe', 'café zoë')).toBe(false);
    // Compatibility forms are other characters and stay so.
    expect(await opens('ﬁddle', 'fiddle')).toBe(false);
  });
});

describe('an unknown user', () => {
  test.each(['lantern', '', 'v1:'])('never gets in, whatever is typed: "%s"', async (password) => {
    expect(await hasher.verify(password, undefined)).toBe(false);
  });

  test('costs a place among those that wait, as a known one does', async () => {
    const narrow = await createPasswordHasher(4, { threads: 1, queue: 1 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, () => narrow.verify('lantern', undefined)),
    );
    await narrow.close();
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  });
});

describe('a hash that is outdated', () => {
  test('is one of another cost, or of another version', async () => {
    const stored = await hasher.hash('lantern');
    const dearer = await createPasswordHasher(5, { threads: 1 });
    expect(hasher.isOutdated(stored)).toBe(false);
    expect(dearer.isOutdated(stored)).toBe(true);
    expect(hasher.isOutdated(await dearer.hash('lantern'))).toBe(true);
    expect(hasher.isOutdated(stored.replace(/^v1:/, 'v0:'))).toBe(true);
    expect(hasher.isOutdated(stored.replace(/^v1:/, ''))).toBe(true);
    expect(await dearer.verify('lantern', stored)).toBe(true);
    await dearer.close();
  });
});

describe('more passwords than can wait', () => {
  test('are refused with 503 and a time to try again; the others are answered', async () => {
    const narrow = await createPasswordHasher(4, { threads: 1, queue: 2 });
    const stored = await narrow.hash('lantern');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, () => narrow.verify('lantern', stored)),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    const answered = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) {
      expect(reason).toBeInstanceOf(QueueFull);
      expect(reason).toMatchObject({ status: 503, retryAfter: 5_000 });
    }
    expect(answered.length).toBeGreaterThanOrEqual(2);
    expect(answered.every(({ value }) => value)).toBe(true);

    // The crush is over: the next one is served.
    expect(await narrow.verify('lantern', stored)).toBe(true);
    await narrow.close();
  });
});

test('thirty passwords wait for a thread, and no more', async () => {
  const one = await createPasswordHasher(4, { threads: 1 });
  const stored = await one.hash('lantern');
  const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => one.verify('lantern', stored)));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(31);
  await one.close();
});

test.runIf(process.platform === 'linux')('the threads run at a lower priority than pages', async () => {
  await hasher.hash('lantern');
  const priorities = readdirSync('/proc/self/task').map((thread) => {
    // proc_pid_stat(5): the nice value is the 19th field, the 17th behind the name in parentheses.
    const [, fields = ''] = /\) (.*)/.exec(readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')) ?? [];
    return Number(fields.split(' ')[16]);
  });
  const own = getPriority();
  expect(priorities).toContain(own);
  // 19 is the lowest there is.
  expect(priorities).toContain(Math.min(own + 10, 19));
});

describe('closing', () => {
  test('answers those that wait first', async () => {
    const closing = await createPasswordHasher(4, { threads: 1 });
    const waiting = Promise.all([closing.hash('lantern'), closing.hash('moss')]);
    await closing.close();
    expect(await waiting).toHaveLength(2);
  });
});
