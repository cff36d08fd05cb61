import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MINUTE, SECOND } from '../shared/clock.ts';
import { createTarpit } from './tarpit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** How many refusals of a network were answered, as time goes by. */
function refuse(tarpit: (network: string) => Promise<void>, count: number, network: string) {
  const answered = { count: 0 };
  for (let number = 0; number < count; number += 1) {
    tarpit(network).then(() => {
      answered.count += 1;
    });
  }
  return answered;
}

test('five refusals of a network are answered at once, then one a second', async () => {
  const answered = refuse(createTarpit(), 12, '198.51.100.9');
  await vi.advanceTimersByTimeAsync(0);
  expect(answered.count).toBe(5);
  await vi.advanceTimersByTimeAsync(3 * SECOND);
  expect(answered.count).toBe(8);
});

test('another network does not wait for it, another /64 of the same /48 does', async () => {
  const tarpit = createTarpit();
  refuse(tarpit, 12, '2001:db8:1:1::/64');
  const other = refuse(tarpit, 1, '203.0.113.7');
  const beside = refuse(tarpit, 1, '2001:db8:1:2::/64');
  await vi.advanceTimersByTimeAsync(0);
  expect([other.count, beside.count]).toEqual([1, 0]);
});

test('no refusal is held for more than ten seconds, and what is over is forgotten', async () => {
  const tarpit = createTarpit();
  const answered = refuse(tarpit, 200, '198.51.100.9');
  await vi.advanceTimersByTimeAsync(10 * SECOND);
  expect(answered.count).toBe(200);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(vi.getTimerCount()).toBe(0);
  const later = refuse(tarpit, 6, '198.51.100.9');
  await vi.advanceTimersByTimeAsync(0);
  expect(later.count).toBe(5);
});
