import { expect, test } from 'vitest';
import { MINUTE, SECOND } from '../../shared/clock.ts';
import { createTokenReader, makeAccessToken } from './access-tokens.ts';
import { createTokenKeys } from './token-keys.ts';

const START = 1_800_000_000_000;

/** A reader with a clock that can be set, which counts how often a token is proven. */
function open() {
  const keys = createTokenKeys('lantern-moss-fiddle-barn-7890123');
  const state = { now: START, proofs: 0 };
  const context = {
    clock: () => state.now,
    config: { publicUrl: new URL('http://store.example') },
    tokenKeys: {
      ...keys,
      verifying: (id: string, now: number) => {
        state.proofs += 1;
        return keys.verifying(id, now);
      },
    },
  };
  return { state, read: createTokenReader(context), make: () => makeAccessToken(context, ALICE) };
}
const ALICE = { userId: 2, familyId: 'family' };

test('a token is proven once while it is good', async () => {
  const { state, read, make } = open();
  const token = await make();
  for (const _time of [1, 2, 3]) expect(await read(token)).toMatchObject(ALICE);
  expect(state.proofs).toBe(1);
});

test('a remembered token is as expired, and as early, as it would be without', async () => {
  const { state, read, make } = open();
  const token = await make();
  await read(token);
  state.now = START + 15 * MINUTE + 10 * SECOND;
  expect(await read(token)).toBeUndefined();
  state.now = START;
  expect(await read(token)).toMatchObject(ALICE);
  state.now = START - MINUTE;
  expect(await read(token)).toBeUndefined();
});

test('a token that differs in one letter from a remembered one is none', async () => {
  const { read, make } = open();
  const token = await make();
  await read(token);
  const changed = token.replace(/.(?=.{10}$)/, (letter) => (letter === 'A' ? 'B' : 'A'));
  expect(await read(changed)).toBeUndefined();
});

test('no more than a thousand are remembered, the latest of them', async () => {
  const { state, read, make } = open();
  const [first, ...others] = await Promise.all(Array.from({ length: 1_001 }, make));
  for (const token of [first, ...others]) await read(token ?? '');
  await read(others.at(-1) ?? '');
  expect(state.proofs).toBe(1_001);
  await read(first ?? '');
  expect(state.proofs).toBe(1_002);
});
