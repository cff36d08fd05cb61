import cluster, { type Worker } from 'node:cluster';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { connect as dial } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { BUILT, buildIfStale } from '../../cli/build.mjs';
import { connect } from '../../database/connection.ts';
import { migrate } from '../../database/migrations.ts';
import { paths } from '../../paths.ts';
import { SECOND } from '../../shared/clock.ts';
import { unheard } from '../../testing/database.ts';
import { freePort } from '../../testing/ports.ts';
import { openWorkplace, type Workplace } from '../../testing/program.ts';
import { type Supervision, supervise } from './supervisor.ts';

// Real workers, supervised by this process with shorter limits.

const LIMITS = { start: 60 * SECOND, open: 3 * SECOND };
const PAUSES = { first: 10, longest: 80, ranWell: 60 * SECOND };

// Each test starts several processes, which takes long on a machine that has much else to do.
vi.setConfig({ testTimeout: 90_000 });
afterAll(() => vi.resetConfig());

let place: Workplace;
let environment: Record<string, string>;
let supervision: Supervision;
let log: { level: number; msg: string; worker: number; [more: string]: unknown }[] = [];
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
  const file = join(place.folder, 'store.db');
  const db = connect({ dialect: 'sqlite', file }, unheard);
  await migrate(db);
  await db.destroy();
  const preload = join(place.folder, 'preload.mjs');
  writeFileSync(
    preload,
    `import cluster from 'node:cluster';
     import { existsSync, writeFileSync } from 'node:fs';
     if (cluster.worker && existsSync('broken')) process.exit(3);
     while (existsSync('hold-' + cluster.worker?.id)) {
       writeFileSync('held-' + cluster.worker?.id, '');
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
     }
     process.on('SIGUSR2', () => { writeFileSync('looping', ''); for (;;); });`,
  );
  environment = {
    ...place.settings,
    DATABASE_URL: `sqlite:${file}`,
    SECRET_KEY: 'lantern-moss-fiddle-barn-7890123',
    PORT: String(await freePort()),
    NODE_OPTIONS: `--import=${preload}`,
  };
  cluster.setupPrimary({ exec: join(BUILT, 'server.js'), cwd: place.folder, execArgv: [] });
});
afterAll(() => place.clear());
afterEach(() => {
  mendTheProgram();
  log = [];
});

function startWorkers(count: number, more: Record<string, string> = {}): Supervision {
  const logger = pino({ level: 'info' }, { write: (line: string) => void log.push(JSON.parse(line)) });
  supervision = supervise(count, { ...environment, ...more }, logger, LIMITS, PAUSES);
  return supervision;
}

/** The process ids of all workers. */
function workers(): number[] {
  return Object.values(cluster.workers ?? {}).map((worker) => worker?.process.pid ?? 0);
}

const said = (msg: string) => log.filter((line) => line.msg === msg);
const ENDED = 'a worker ended; another one takes its place';
const LONG = { timeout: 60_000 };
const STUCK = 'a worker is stuck and is killed';

/** Asks on a connection of its own. */
function ask(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = dial(Number(environment.PORT), '127.0.0.1');
    let answer = '';
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    socket.on('data', (part) => {
      answer += part;
    });
    socket.on('error', (error) => resolve(error.message));
    socket.on('close', () => resolve(answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)));
  });
}

/** Waits until that many new ones serve, beside some of the former. */
async function replaced(former: number[], count: number): Promise<void> {
  await expect.poll(() => said('a new worker serves').length, LONG).toBe(count);
  expect(workers().filter((pid) => !former.includes(pid))).toHaveLength(Math.min(count, 2));
  expect(await ask(paths.ready())).toBe('200');
}

/** Keeps a worker from loading its program, until it is let go. @param id as node:cluster counts them */
function hold(id: number): () => void {
  const file = join(place.folder, `hold-${id}`);
  writeFileSync(file, '');
  return () => rmSync(file);
}

const isHeld = (id: number) => existsSync(join(place.folder, `held-${id}`));

const breakTheProgram = () => writeFileSync(join(place.folder, 'broken'), '');
const mendTheProgram = () => rmSync(join(place.folder, 'broken'), { force: true });

test('a store whose workers cannot start does not start, and says why', async () => {
  await expect(startWorkers(2, { STORE_LOCALE: 'xx' }).opened).rejects.toThrow(/^STORE_LOCALE must be/);
  expect(workers()).toEqual([]);
  breakTheProgram();
  await expect(startWorkers(1).opened).rejects.toThrow('A worker ended before it was open (exit code 3).');
  expect(log).toEqual([]);
});

test('a worker that ends while it is replaced leaves none behind, and the next reload comes', async () => {
  const { opened, reload, close } = startWorkers(2);
  await opened;
  const [first = 0] = workers();
  const newest = Math.max(...Object.keys(cluster.workers ?? {}).map(Number));
  // The next one is to take its place, and the one after that, too.
  const letNextGo = hold(newest + 1);
  const letLastGo = hold(newest + 2);
  reload();
  await expect.poll(() => workers().length, LONG).toBe(3);
  process.kill(first, 'SIGKILL');
  await expect.poll(() => Object.keys(cluster.workers ?? {}), LONG).toContain(String(newest + 2));
  letNextGo();
  await expect.poll(() => said('a new worker serves').length, LONG).toBe(1);
  letLastGo();
  await expect.poll(() => said('all workers are replaced').length, LONG).toBe(1);
  expect(workers()).toHaveLength(2);
  expect(await close()).toBe(true);
});

test('a worker that ends while another one is still loading its program is replaced', async () => {
  const { opened, close } = startWorkers(2);
  const [first, second] = Object.values(cluster.workers ?? {}) as [Worker, Worker];
  const letGo = hold(second.id);
  await expect.poll(() => isHeld(second.id), LONG).toBe(true);
  await expect.poll(() => ask(paths.alive()), LONG).toBe('200');
  breakTheProgram();
  first.kill('SIGKILL');
  await expect.poll(() => workers(), LONG).toEqual([second.process.pid]);
  letGo();
  await opened;
  await expect.poll(() => said(ENDED).length, LONG).toBeGreaterThanOrEqual(2);
  mendTheProgram();
  await expect.poll(() => said('a new worker serves').length, LONG).toBe(1);
  expect(workers()).toHaveLength(2);
  expect(await close()).toBe(true);
});

test('workers that are told to end while they load their program end, and make no unclean end', async () => {
  const { opened, close } = startWorkers(2);
  const failed = expect(opened).rejects.toThrow('A worker ended before it was open (SIGTERM).');
  expect(await close()).toBe(true);
  await failed;
  expect(log).toEqual([]);
});

// One store from here on: each test goes on where the one before it stopped.

test('a worker that is killed is replaced, and the other one serves meanwhile', async () => {
  await startWorkers(2).opened;
  const [first = 0, second = 0] = workers();
  process.kill(first, 'SIGKILL');
  expect(await ask(paths.alive())).toBe('200');
  await replaced([first, second], 1);
  expect(workers()).toContain(second);
  expect(said(ENDED)).toMatchObject([{ worker: first, signal: 'SIGKILL', pause: 10 }]);
});

test.each([
  ['loops for ever', 'SIGUSR2', (): boolean => existsSync(join(place.folder, 'looping'))],
  ['stands still', 'SIGSTOP', (): boolean => true],
] as const)(
  'a worker that %s is killed, and whoever comes meanwhile is answered by another',
  async (_how, signal, isStuck) => {
    const [first = 0, second = 0] = workers();
    process.kill(first, signal);
    await expect.poll(isStuck).toBe(true);
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(paths.alive())));
    expect(answers).toEqual(Array(8).fill('200'));
    await replaced([first, second], 1);
    expect(said(STUCK)).toMatchObject([{ worker: first }]);
    expect(said(ENDED)).toMatchObject([{ worker: first, signal: 'SIGKILL' }]);
  },
);

test('where new workers cannot start, the old ones go on', async () => {
  const former = workers();
  breakTheProgram();
  supervision.reload();
  await expect.poll(() => said('a new worker cannot start; those that run go on').length, LONG).toBe(1);
  expect(workers().sort()).toEqual(former.sort());
  expect(await ask(paths.ready())).toBe('200');
});

test('new workers take the places of the old ones, and do so once more when they are asked to meanwhile', async () => {
  const former = workers();
  supervision.reload();
  supervision.reload();
  await expect.poll(() => said('all workers are replaced').length, LONG).toBe(2);
  await replaced(former, 4);
  expect(said(ENDED)).toEqual([]);
});

test('a worker that ends again and again is started less and less often, and serves when it can', async () => {
  const [first = 0, second = 0] = workers();
  breakTheProgram();
  process.kill(first, 'SIGKILL');
  await expect.poll(() => said(ENDED).length, LONG).toBeGreaterThanOrEqual(5);
  expect(said(ENDED).slice(0, 5)).toMatchObject([
    { worker: first, pause: 10 },
    { code: 3, pause: 20 },
    { code: 3, pause: 40 },
    { code: 3, pause: 80 },
    { code: 3, pause: 80 },
  ]);
  mendTheProgram();
  await replaced([first, second], 1);
});

test('a worker that does not end in time is killed, and it is no clean end', async () => {
  const [first = 0] = workers();
  process.kill(first, 'SIGSTOP');
  expect(await supervision.close()).toBe(false);
  expect(said(STUCK)).toMatchObject([{ worker: first }]);
  expect(workers()).toEqual([]);
});
