import { expect, test } from 'vitest';
import { cachedFor } from './cache.ts';

const LONG = 60_000;
let now = 1_800_000_000_000;
const clock = () => now;
const WAITING = { maxAge: LONG, timeout: LONG, clock };
const HURRIED = { maxAge: LONG, timeout: 1, clock };
const never = () => new Promise<number>(() => undefined);

test('what was read is told again until it is old, and read anew then', async () => {
  let reads = 0;
  const read = async () => ++reads;
  const remembered = cachedFor(WAITING, read);
  expect([await remembered(), await remembered()]).toEqual([1, 1]);
  now += LONG - 1;
  expect(await remembered()).toBe(1);
  now += 1;
  expect(await remembered()).toBe(2);
});

test('a clock that is set back keeps nothing for longer', async () => {
  let reads = 0;
  const remembered = cachedFor(WAITING, async () => ++reads);
  await remembered();
  now -= 60 * LONG;
  expect(await remembered()).toBe(2);
});

test('many who ask at once make one question', async () => {
  let reads = 0;
  const remembered = cachedFor({ ...WAITING, maxAge: 0 }, async () => ++reads);
  expect(await Promise.all([remembered(), remembered(), remembered()])).toEqual([1, 1, 1]);
});

test('nobody waits for an answer that does not come, and nothing is asked beside the question under way', async () => {
  let reads = 0;
  const remembered = cachedFor(HURRIED, () => {
    reads += 1;
    return never();
  });
  expect([await remembered(), await remembered(), reads]).toEqual([undefined, undefined, 1]);
});

test('an answer that came too late for one is there for the next', async () => {
  let answer: (value: number) => void = () => undefined;
  const remembered = cachedFor(HURRIED, () => new Promise<number>((resolve) => (answer = resolve)));
  expect(await remembered()).toBeUndefined();
  answer(7);
  expect(await remembered()).toBe(7);
});

test('a failure is no answer, and is remembered no less: what is away is not asked by every scrape', async () => {
  let reads = 0;
  const remembered = cachedFor(WAITING, async () => {
    reads += 1;
    throw new Error('away');
  });
  expect([await remembered(), await remembered(), reads]).toEqual([undefined, undefined, 1]);
});
