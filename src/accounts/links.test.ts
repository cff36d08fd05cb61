import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { deleteExpired } from '../features/declared-rows.table.ts';
import { DAY, HOUR } from '../shared/clock.ts';
import { hashToken } from '../shared/crypto/random-token.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { accountsFeature } from './feature.ts';
import { endLinksOf, findLiveLink } from './links.table.ts';
import { findLink, LINK_LIFETIMES, type LinkPurpose, makeLink, useLink } from './links.ts';
import { insertUser } from './users.table.ts';

const NOW = 1_800_000_000_000;

let database: TestDatabase;
let aliceId: number;
let bobId: number;
beforeAll(async () => {
  database = await openTestDatabase();
  aliceId = await add('alice');
  bobId = await add('bob');
});
afterAll(() => database.drop());
beforeEach(() => database.db('account_links').delete());

async function add(username: string): Promise<number> {
  const email = `${username}@example.org`;
  const user = { username, email, passwordHash: '-', role: 'user' as const, createdAt: NOW, approvedAt: NOW };
  return (await insertUser(database.db, user)) as number;
}

const make = (userId: number, purpose: LinkPurpose, data?: Record<string, unknown>, now = NOW) =>
  inTransaction(database.db, (trx) => makeLink(trx, now, { purpose, userId, ...(data ? { data } : {}) }));
const find = (purpose: LinkPurpose, token: string, now = NOW) =>
  findLink(database.db, purpose, hashToken(token), now);
const take = (purpose: LinkPurpose, token: string, now = NOW) =>
  inTransaction(database.db, (trx) => useLink(trx, purpose, token, now));

const DEAD = { state: 'dead' };
const UNKNOWN = { state: 'unknown' };

test('a link knows whose it is and what it is about, and the database does not know its token', async () => {
  const token = await make(aliceId, 'new-email', { email: 'é"\\@example.org' });
  expect(await find('new-email', token)).toMatchObject({
    state: 'live',
    link: {
      tokenHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      userId: aliceId,
      expiresAt: NOW + DAY,
      data: { email: 'é"\\@example.org' },
    },
  });
  expect(JSON.stringify(await database.db('account_links').select())).not.toContain(token);
});

describe('a link works once', () => {
  test('and looking at it before does not use it', async () => {
    const token = await make(aliceId, 'reset-password');
    for (let look = 0; look < 3; look += 1)
      expect(await find('reset-password', token)).toMatchObject({ state: 'live' });
    expect(await take('reset-password', token)).toMatchObject({ state: 'live', link: { userId: aliceId } });
    expect(await take('reset-password', token)).toEqual(DEAD);
    expect(await find('reset-password', token)).toEqual(DEAD);
  });

  test('also when ten use it at the same instant', async () => {
    const token = await make(aliceId, 'reset-password');
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => take('reset-password', token)));
    expect(outcomes.filter(({ state }) => state === 'live')).toHaveLength(1);
    expect(outcomes.filter(({ state }) => state === 'dead')).toHaveLength(9);
  });

  test('and is not used up by what was undone', async () => {
    const token = await make(aliceId, 'reset-password');
    const undone = inTransaction(database.db, async (trx) => {
      await useLink(trx, 'reset-password', token, NOW);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await take('reset-password', token)).toMatchObject({ state: 'live' });
  });
});

describe('a link opens nothing', () => {
  test.each(Object.entries(LINK_LIFETIMES) as [LinkPurpose, number][])(
    'for %s from its last moment on',
    async (purpose, lifetime) => {
      const token = await make(aliceId, purpose);
      expect(await find(purpose, token, NOW + lifetime - 1)).toMatchObject({ state: 'live' });
      expect(await find(purpose, token, NOW + lifetime)).toEqual(DEAD);
      expect(await take(purpose, token, NOW + lifetime)).toEqual(DEAD);
    },
  );

  test('but what it was made for', async () => {
    const token = await make(aliceId, 'verify-email');
    expect(await find('reset-password', token)).toEqual(UNKNOWN);
    expect(await take('reset-password', token)).toEqual(UNKNOWN);
    expect(await take('verify-email', token)).toMatchObject({ state: 'live' });
  });

  test('when it was mistyped, cut short or made up', async () => {
    const token = await make(aliceId, 'verify-email');
    const wrong = ['', token.slice(0, -1), `${token}x`, ` ${token}`, token.toUpperCase(), 'A'.repeat(43)];
    for (const text of [...wrong, '%', '\0', 'x'.repeat(10_000)]) {
      expect(await find('verify-email', text)).toEqual(UNKNOWN);
      expect(await take('verify-email', text)).toEqual(UNKNOWN);
    }
    expect(await find('verify-email', token)).toMatchObject({ state: 'live' });
  });
});

test('ending links ends those of one person and the named purposes', async () => {
  const older = await make(aliceId, 'reset-password');
  const newer = await make(aliceId, 'reset-password');
  const other = await make(aliceId, 'not-me');
  const bobs = await make(bobId, 'reset-password');
  await inTransaction(database.db, (trx) =>
    endLinksOf(trx, aliceId, ['reset-password', 'verify-email'], NOW),
  );
  expect(await find('reset-password', older)).toEqual(DEAD);
  expect(await take('reset-password', newer)).toEqual(DEAD);
  expect(await find('not-me', other)).toMatchObject({ state: 'live' });
  expect(await find('reset-password', bobs)).toMatchObject({ state: 'live' });
});

test('the live link of a purpose is the newest that still works', async () => {
  const live = (now: number) => findLiveLink(database.db, aliceId, 'new-email', now);
  expect(await live(NOW)).toBeUndefined();
  await make(aliceId, 'new-email', { email: 'one@example.org' }, NOW - HOUR);
  const newest = await make(aliceId, 'new-email', { email: 'two@example.org' });
  await make(bobId, 'new-email', { email: 'three@example.org' }, NOW + HOUR);
  expect(JSON.parse((await live(NOW))?.data ?? '{}')).toEqual({ email: 'two@example.org' });
  await take('new-email', newest);
  expect(JSON.parse((await live(NOW))?.data ?? '{}')).toEqual({ email: 'one@example.org' });
  expect(await live(NOW + DAY)).toBeUndefined();
});

test('sweeping forgets links that are over since the given time, used or not, and no other', async () => {
  const reset = await make(aliceId, 'reset-password');
  const notMe = await make(aliceId, 'not-me');
  const over = NOW + HOUR + 7 * DAY;
  await deleteExpired(database.db, accountsFeature, over - 1);
  expect(await find('reset-password', reset)).toMatchObject({ state: 'live' });
  await deleteExpired(database.db, accountsFeature, over);
  expect(await find('reset-password', reset)).toEqual(UNKNOWN);
  expect(await find('not-me', notMe)).toMatchObject({ state: 'live' });
});
