import { Registry } from 'prom-client';
import { afterEach, expect, test, vi } from 'vitest';
import { SECOND } from '../shared/clock.ts';
import { samplesOf } from '../testing/metrics.ts';
import { watchProcess } from './process-metrics.ts';

let stop: () => void = () => undefined;
afterEach(() => {
  stop();
  vi.useRealTimers();
});

function watch(): () => Promise<(name: string) => number> {
  const registry = new Registry();
  stop = watchProcess(registry);
  return async () => {
    const samples = samplesOf(await registry.metrics());
    return (name) => samples.get(name) ?? Number.NaN;
  };
}

const LONGEST = 'nodejs_eventloop_lag_max_seconds';
const BLOCK = 300;
const LEAST = 0.2;

/** Stands still, as a process does that computes. */
function block(): void {
  const end = performance.now() + BLOCK;
  while (performance.now() < end);
}

test('what a process uses is told in seconds and bytes, and its computing time only grows', async () => {
  const metrics = watch();
  const before = await metrics();
  block();
  const after = await metrics();
  const cpu = 'process_cpu_seconds_total';
  expect(before(cpu)).toBeGreaterThan(0);
  expect(after(cpu)).toBeGreaterThan(before(cpu));
  expect(after('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  const started = after('process_start_time_seconds') * SECOND;
  expect(started).toBeLessThan(Date.now());
  expect(started).toBeGreaterThan(Date.now() - 86_400 * SECOND);
});

test('a process that stood still says so for a minute, to whoever asks and however often', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const metrics = watch();
  // A stop is seen once its beginning was: so it stops until it is seen.
  await vi.waitUntil(
    async () => {
      block();
      await new Promise((resolve) => setImmediate(resolve));
      return (await metrics())(LONGEST) >= LEAST;
    },
    { timeout: 20_000 },
  );
  for (const seconds of [15, 30, 45, 60]) {
    vi.advanceTimersByTime(15 * SECOND);
    expect([seconds, (await metrics())(LONGEST) >= LEAST]).toEqual([seconds, true]);
  }
  vi.advanceTimersByTime(15 * SECOND);
  expect((await metrics())(LONGEST)).toBeLessThan(LEAST);
});
