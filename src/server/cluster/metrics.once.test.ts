import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildIfStale } from '../../cli/build.mjs';
import { paths } from '../../paths.ts';
import { samplesOf } from '../../testing/metrics.ts';
import { freePort } from '../../testing/ports.ts';
import { openWorkplace, type Program, type Workplace } from '../../testing/program.ts';
import { sendRaw } from '../../testing/raw.ts';

// The program with two workers, asked as Prometheus asks.

const TOKEN = 'quarry-lantern-sail-nine-and-two-fifths';
const SHOWN = { authorization: `Bearer ${TOKEN}` };
const LOGIN = 'gatehouse_http_requests_total{method="GET",route="/login",status="200"}';
const TIMEOUT = { timeout: 60_000, interval: 100 };

// Each test starts several processes, which takes long on a machine that has much else to do.
vi.setConfig({ testTimeout: 90_000 });
afterAll(() => vi.resetConfig());

let place: Workplace;
let metricsPort: number;
let ownPort: string;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
  metricsPort = await freePort();
  ownPort = `http://127.0.0.1:${metricsPort}`;
});
afterAll(() => place.clear());

const ask = (headers: Record<string, string> = SHOWN) => fetch(ownPort + paths.metrics(), { headers });
async function metrics() {
  const samples = samplesOf(await (await ask()).text());
  return (name: string) => samples.get(name);
}

/** Asks for the login page over connections of their own, which the workers are given in turn. */
async function visit(url: string, times: number): Promise<void> {
  for (let visit = 0; visit < times; visit += 1) {
    const answer = await sendRaw(url, [`GET ${paths.login()} HTTP/1.1`]);
    expect(answer.status).toBe(200);
  }
}

/** Over a connection of its own, which nobody keeps open. */
const askStore = (url: string, headers: string[] = []) =>
  sendRaw(url, [`GET ${paths.metrics()} HTTP/1.1`, ...headers]);

const pidsOf = ({ process: { pid } }: Program) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

// The life of one store: each test goes on where the one before it stopped.

let program: Program;
let url: string;

test('two workers have one answer, on the port for metrics and, whichever is asked, on the store’s', async () => {
  program = place.start({ WORKERS: '2', METRICS_PORT: String(metricsPort), METRICS_TOKEN: TOKEN });
  url = (await program.open()).replace('localhost', '127.0.0.1');
  await visit(url, 6);
  await vi.waitUntil(async () => (await metrics())(LOGIN) === 6, TIMEOUT);
  const metric = await metrics();
  expect(metric('gatehouse_workers')).toBe(2);
  expect(metric('gatehouse_database_up')).toBe(1);
  expect(metric('gatehouse_background_processes')).toBe(1);
  for (let again = 0; again < 3; again += 1) {
    const answer = await askStore(url, [`Authorization: Bearer ${TOKEN}`]);
    expect(answer.status).toBe(200);
    expect(samplesOf(answer.text.replaceAll(/^[0-9a-f]+\r\n|\r\n/gm, '')).get(LOGIN)).toBe(6);
  }
  expect((await askStore(url)).status).toBe(401);
  expect((await ask({})).status).toBe(401);
  expect((await fetch(ownPort + paths.login())).status).toBe(404);
});

test.each(['SIGSTOP', 'SIGKILL'] as const)(
  'a worker that is stuck or killed (%s) takes nothing with it that it had told',
  async (signal) => {
    const [first = 0] = pidsOf(program);
    process.kill(first, signal);
    for (const workers of [1, 2]) {
      await vi.waitUntil(async () => {
        const now = await metrics();
        expect(now(LOGIN)).toBe(6);
        return now('gatehouse_workers') === workers;
      }, TIMEOUT);
    }
  },
);

test('workers that are new count on', async () => {
  await visit(url, 2);
  await vi.waitUntil(async () => (await metrics())(LOGIN) === 8, TIMEOUT);
});

test('workers that are replaced tell their last, also what nobody had asked for', async () => {
  const before = pidsOf(program);
  await visit(url, 4);
  program.process.kill('SIGHUP');
  await vi.waitUntil(async () => {
    expect((await metrics())(LOGIN)).toBeGreaterThanOrEqual(8);
    return pidsOf(program).every((pid) => !before.includes(pid));
  }, TIMEOUT);
  await vi.waitUntil(async () => (await metrics())('gatehouse_workers') === 2, TIMEOUT);
  expect((await metrics())(LOGIN)).toBe(12);

  expect(await program.stop()).toEqual({ code: 0, signal: null });
  await expect(ask()).rejects.toThrow();
});

test('one process has the port for metrics, none on its own port, and says when the port is taken', async () => {
  program = place.start({ METRICS_PORT: String(metricsPort) });
  url = await program.open();
  expect((await metrics())('gatehouse_workers')).toBe(1);
  expect((await askStore(url)).headers.get('location')).toBe(paths.login());

  for (const WORKERS of ['1', '2']) {
    const second = place.start({ WORKERS, METRICS_PORT: String(metricsPort) });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.out.stderr).toBe(
      `Gatehouse did not start: The store cannot give its metrics on 127.0.0.1 port ${metricsPort} (listen EADDRINUSE: address already in use 127.0.0.1:${metricsPort}). Set METRICS_HOST and METRICS_PORT to a free address.\n`,
    );
  }
  expect(await program.stop()).toEqual({ code: 0, signal: null });
});

test('metrics that are set in .env count from the next start, not from a reload', async () => {
  program = place.start({ WORKERS: '2', LOG_LEVEL: 'info' });
  url = (await program.open()).replace('localhost', '127.0.0.1');
  writeFileSync(join(place.folder, '.env'), `METRICS_PORT=${metricsPort}\nMETRICS_TOKEN=${TOKEN}\n`);
  program.process.kill('SIGHUP');
  await vi.waitUntil(() => program.out.stdout.includes('all workers are replaced'), TIMEOUT);
  const answer = await askStore(url, [`Authorization: Bearer ${TOKEN}`]);
  expect(answer.headers.get('location')).toBe(paths.login());
  expect(await program.stop()).toEqual({ code: 0, signal: null });
});
