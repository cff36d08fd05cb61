import { expect, test } from 'vitest';
import { DAY, HOUR, MINUTE, SECOND } from '../clock.ts';
import { agoText, waitText } from './durations.ts';

test.each([
  [-5, '1 second'],
  [0, '1 second'],
  [1, '1 second'],
  [1 * SECOND, '1 second'],
  [1 * SECOND + 1, '2 seconds'],
  [42 * SECOND, '42 seconds'],
  [60 * SECOND, '60 seconds'],
  [2 * MINUTE - 1, '120 seconds'],
  [2 * MINUTE, '2 minutes'],
  [2 * MINUTE + 1, '3 minutes'],
  [59 * MINUTE, '59 minutes'],
  [1 * HOUR, '60 minutes'],
  [2 * HOUR, '2 hours'],
  [24 * HOUR, '24 hours'],
  [2 * DAY, '2 days'],
  [2 * DAY + 1, '3 days'],
])('%d ms is “%s”', (milliseconds, text) => {
  expect(waitText(milliseconds)).toBe(text);
});

test('never says less than there is to wait', () => {
  const units: Record<string, number> = { second: SECOND, minute: MINUTE, hour: HOUR, day: DAY };
  for (let milliseconds = 1; milliseconds < 5 * DAY; milliseconds = Math.ceil(milliseconds * 1.37)) {
    const [, count, unit = ''] = /^(\d+) (second|minute|hour|day)s?$/.exec(waitText(milliseconds)) ?? [];
    expect(Number(count) * (units[unit] ?? 0)).toBeGreaterThanOrEqual(milliseconds);
  }
});

test.each([
  [-5, 'just now'],
  [1 * MINUTE - 1, 'just now'],
  [1 * MINUTE, '1 minute ago'],
  [1 * HOUR - 1, '59 minutes ago'],
  [1 * DAY - 1, '23 hours ago'],
  [1 * DAY, '1 day ago'],
  [400 * DAY, '400 days ago'],
])('%d ms ago is “%s”', (milliseconds, text) => {
  expect(agoText(milliseconds)).toBe(text);
});
