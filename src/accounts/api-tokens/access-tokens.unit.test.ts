import { describe, expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../shared/clock.ts';
import { ACCESS_TOKEN_LIFETIME, makeAccessToken, readAccessToken } from './access-tokens.ts';
import { createTokenKeys, KEY_PERIOD } from './token-keys.ts';

const SECRET = 'a secret of the store, long enough for this';
const CLAIMS = { userId: 7, familyId: 'a-login' };
/** A moment in the middle of a period. */
const NOON = 700 * KEY_PERIOD + KEY_PERIOD / 2;
/** The last second of a period. */
const EVE = 701 * KEY_PERIOD - 1 * SECOND;

/** A process of the store at a moment. */
function processAt(now: number, secret = SECRET, url = 'https://store.example') {
  const config = { storeLocale: 'en', publicUrl: new URL(url) };
  return { clock: () => now, config, tokenKeys: createTokenKeys(secret) };
}

const madeAt = (now: number) => makeAccessToken(processAt(now), CLAIMS);
const kidOf = (token: string) => JSON.parse(atob(token.split('.')[0] ?? '')).kid;

describe('an access token', () => {
  test('made by one process is read by another with the same secret and address, and by no other', async () => {
    const token = await madeAt(NOON);
    expect(await readAccessToken(processAt(NOON), token)).toMatchObject(CLAIMS);
    expect(await readAccessToken(processAt(NOON, `${SECRET}!`), token)).toBeUndefined();
    expect(await readAccessToken(processAt(NOON, SECRET, 'https://other.example'), token)).toBeUndefined();
  });

  test('is good for 15 minutes, and for two clocks that differ by some seconds', async () => {
    const token = await madeAt(NOON);
    const readAt = async (moment: number) => (await readAccessToken(processAt(moment), token)) !== undefined;
    const end = NOON + ACCESS_TOKEN_LIFETIME;
    expect([await readAt(NOON - 4 * SECOND), await readAt(end - 1 * SECOND)]).toEqual([true, true]);
    expect([await readAt(NOON - 1 * MINUTE), await readAt(end + 6 * SECOND)]).toEqual([false, false]);
  });
});

describe('the key', () => {
  test('changes with the calendar, and logs nobody out: what was signed before is good for its time', async () => {
    const old = await madeAt(EVE);
    const fresh = await madeAt(EVE + 1 * SECOND);
    expect(kidOf(fresh)).not.toBe(kidOf(old));
    expect(await readAccessToken(processAt(EVE + 10 * MINUTE), old)).toMatchObject(CLAIMS);
    expect(await readAccessToken(processAt(EVE + 10 * MINUTE), fresh)).toMatchObject(CLAIMS);
  });

  test('of the next period is known to a process whose clock is behind', async () => {
    expect(await readAccessToken(processAt(EVE), await madeAt(EVE + 2 * SECOND))).toMatchObject(CLAIMS);
  });

  test('is known by its name for its own period, the one before it and the one after, no longer', async () => {
    const keys = createTokenKeys(SECRET);
    const { id } = await keys.signing(NOON);
    const knownAt = async (periods: number) =>
      (await keys.verifying(id, NOON + periods * KEY_PERIOD)) !== undefined;
    expect(await Promise.all([-2, -1, 0, 1, 2].map(knownAt))).toEqual([false, true, true, true, false]);
    // As a process that has run for months: what it forgot meanwhile comes back the same.
    expect((await keys.signing(NOON)).id).toBe(id);
  });

  test('never leaves the process', async () => {
    const { key } = await createTokenKeys(SECRET).signing(NOON);
    expect(key.extractable).toBe(false);
  });
});
