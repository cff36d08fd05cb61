import { expect, test } from 'vitest';
import { DAY } from '../../shared/clock.ts';
import { weekChart } from './week-chart.ts';

const SATURDAY = Date.UTC(2026, 10, 14);

function chartOf(...counts: number[]) {
  return weekChart(
    counts.map((count, index) => ({ start: SATURDAY + index * DAY, count })),
    'en-IN',
  );
}

test('each day has a bar that stands on the line, as high as its number beside the highest', () => {
  const { bars, line } = chartOf(5, 0, 10, 2, 0, 0, 1);
  const heights = bars.map(({ height }) => height);
  expect(heights[0]).toBe((heights[2] ?? 0) / 2);
  expect(heights[1]).toBe(0);
  expect(bars.map(({ y, height }) => y + height)).toEqual(bars.map(() => line));
  expect(bars.map(({ day }) => day)).toEqual(['Sat', 'Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri']);
  expect(bars[6]).toMatchObject({ number: '1', date: '20 November 2026' });
});

test('one is seen beside ten thousand, and nothing leaves the drawing', () => {
  const { bars, width, height } = chartOf(1, 10_000, 0, 0, 0, 0, 0);
  expect(bars[0]?.height).toBeGreaterThan(0);
  expect(bars[1]?.number).toBe('10,000');
  for (const bar of bars) {
    expect(bar.x).toBeGreaterThanOrEqual(0);
    expect(bar.x + bar.width).toBeLessThanOrEqual(width);
    expect(bar.numberY).toBeGreaterThan(10);
    expect(bar.dayY).toBeLessThanOrEqual(height);
  }
});

test('a week without anybody is an empty line', () => {
  expect(chartOf(0, 0, 0, 0, 0, 0, 0).bars.every(({ height }) => height === 0)).toBe(true);
});
