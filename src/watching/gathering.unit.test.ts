import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { samplesOf } from '../testing/figures.ts';
import { gatherFigures } from './gathering.ts';
import { type Figures, textOf } from './scrape.ts';

/** What a worker tells that has answered so many requests, as it comes out of the pipe between processes. */
async function told(requests: number, { lag = 0, waiting = 0, free = 100 } = {}): Promise<Figures> {
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

/** Whoever does not answer in these milliseconds hangs. */
const SHORT = 200;

/** Workers that answer with what stands here; one without an answer hangs. */
function startWorkers(answers: Map<number, Figures | undefined>) {
  const asked: number[] = [];
  const gathering = gatherFigures(
    (worker) => {
      asked.push(worker);
      const figures = answers.get(worker);
      if (figures) setImmediate(() => gathering.take(worker, figures));
    },
    async () => [],
    SHORT,
  );
  for (const [worker, figures] of answers) if (figures) gathering.take(worker, figures);
  const samples = async () => samplesOf(await textOf(await gathering.read()));
  return { gathering, asked, samples };
}

test('what several workers count is one sum, what each has of its own the highest or the lowest', async () => {
  const { samples } = startWorkers(
    new Map([
      [1, await told(3, { lag: 0.2, waiting: 4, free: 90 })],
      [2, await told(5, { lag: 0.7, waiting: 1, free: 80 })],
    ]),
  );
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

test('a worker that hangs holds nobody up, and is there with what it had counted', async () => {
  const answers = new Map([
    [1, await told(3, { waiting: 4 })],
    [2, await told(5, { waiting: 1 })],
  ]) as Map<number, Figures | undefined>;
  const { samples } = startWorkers(answers);
  await samples();
  answers.set(1, undefined);
  answers.set(2, await told(6, { waiting: 2 }));
  const found = await samples();
  expect(found.get('requests_total{route="/store"}')).toBe(9);
  expect(found.get('times_seconds_count')).toBe(9);
  // What waited then waits no more, for all that is known.
  expect(found.get('waiting')).toBe(2);
});

test('a sum never goes back when a worker ends: not at its end, not in the middle of a question, not after', async () => {
  const answers = new Map([
    [1, await told(3)],
    [2, await told(5)],
  ]) as Map<number, Figures | undefined>;
  const { gathering, samples } = startWorkers(answers);
  const total = async () => (await samples()).get('requests_total{route="/store"}');
  expect(await total()).toBe(8);

  // It answers, and ends before the other one has.
  answers.set(2, undefined);
  const asking = total();
  await new Promise((resolve) => setImmediate(resolve));
  // On its way out it tells its last figures.
  gathering.take(1, await told(4));
  gathering.ended(1);
  answers.delete(1);
  expect(await asking).toBe(9);
  answers.set(3, await told(2));
  gathering.take(3, await told(0));
  expect(await total()).toBe(11);
  for (const worker of [2, 3]) gathering.ended(worker);
  answers.clear();
  expect(await total()).toBe(11);
});

test('one that ends and was never asked takes nothing with it but what nobody knows', async () => {
  const { gathering, samples } = startWorkers(new Map());
  gathering.ended(1);
  gathering.ended(1);
  expect([...(await samples())]).toEqual([]);
});

test('many who ask at once ask each worker once', async () => {
  const { asked, samples } = startWorkers(new Map([[1, await told(1)]]));
  await Promise.all([samples(), samples(), samples()]);
  expect(asked).toEqual([1]);
  await samples();
  expect(asked).toEqual([1, 1]);
});
