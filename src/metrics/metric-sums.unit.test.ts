import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { beforeEach, expect, test } from 'vitest';
import { samplesOf } from '../testing/metrics.ts';
import { type MetricSums, sumMetrics } from './metric-sums.ts';
import { type MetricValues, textOf } from './scrape.ts';

/** What a worker tells that has answered so many requests, as it comes out of the pipe between processes. */
async function told(requests: number, { lag = 0, waiting = 0, free = 100 } = {}): Promise<MetricValues> {
  const registry = new Registry();
  const about = { help: 'Of a test.', registers: [registry] };
  const counter = new Counter({ ...about, name: 'requests_total', labelNames: ['route'] });
  counter.inc({ route: '/store' }, requests);
  const histogram = new Histogram({ ...about, name: 'times_seconds', buckets: [1] });
  for (let request = 0; request < requests; request += 1) histogram.observe(0.5);
  new Gauge({ ...about, name: 'waiting' }).set(waiting);
  new Gauge({ ...about, name: 'lag_seconds', aggregator: 'max' }).set(lag);
  new Gauge({ ...about, name: 'free_bytes', aggregator: 'min' }).set(free);
  return JSON.parse(JSON.stringify(await registry.getMetricsAsJSON()));
}

let sums: MetricSums;
beforeEach(() => {
  sums = sumMetrics(async () => []);
});
const samples = async () => samplesOf(await textOf(await sums.read()));
const total = async () => (await samples()).get('requests_total{route="/store"}');

test('what several workers count is one sum, what each has of its own the highest or the lowest', async () => {
  sums.take(1, await told(1, { lag: 9 }));
  sums.take(1, await told(3, { lag: 0.2, waiting: 4, free: 90 }));
  sums.take(2, await told(5, { lag: 0.7, waiting: 1, free: 80 }));
  expect(Object.fromEntries(await samples())).toEqual({
    'requests_total{route="/store"}': 8,
    'times_seconds_bucket{le="1"}': 8,
    'times_seconds_bucket{le="+Inf"}': 8,
    times_seconds_sum: 4,
    times_seconds_count: 8,
    waiting: 5,
    lag_seconds: 0.7,
    free_bytes: 80,
  });
});

test('a sum never goes back when workers end, and what waited in them waits no more', async () => {
  sums.take(1, await told(3, { waiting: 4 }));
  sums.take(2, await told(5, { waiting: 1 }));
  sums.ended(1);
  expect([await total(), (await samples()).get('waiting')]).toEqual([8, 1]);
  sums.take(3, await told(0));
  expect(await total()).toBe(8);
  sums.take(3, await told(2));
  for (const worker of [2, 3]) sums.ended(worker);
  expect(await total()).toBe(10);
  expect((await samples()).get('times_seconds_count')).toBe(10);
});

test('one that ends before it told anything takes nothing with it but what nobody knows', async () => {
  sums.ended(1);
  expect([...(await samples())]).toEqual([]);
});
