import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildIfStale } from './cli/building.mjs';
import { paths } from './paths.ts';
import { openWorkplace, type Workplace } from './testing/program.ts';
import { Visitor } from './testing/visitor.ts';

let place: Workplace;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
});
afterAll(() => place.clear());

/** The lines of a log that was named in LOG_FILE. */
// biome-ignore lint/suspicious/noExplicitAny: whatever was logged.
function linesIn(folder: string): any[] {
  const [name = '', ...others] = readdirSync(join(place.folder, folder));
  expect([name, others]).toEqual([expect.stringMatching(/^store\.\d{4}-\d\d-\d\d\.1\.log$/), []]);
  const text = readFileSync(join(place.folder, folder, name), 'utf8');
  // What comes after the last line end is not whole yet.
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test('every line of a store that is told to end is in the file, and none beside it', async () => {
  const program = place.start({ LOG_FILE: 'logs/store.log', LOG_LEVEL: 'info' });
  const visitor = new Visitor(await program.open());
  const marks = Array.from({ length: 50 }, (_, index) => index);
  await Promise.all(marks.map(() => visitor.get(paths.login())));
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(program.out.stdout).toMatch(/^Gatehouse is open at .*\nIts data are in .*\nThere is no .*\n$/);
  const requests = linesIn('logs').filter(({ route, status }) => route === paths.login() && status === 200);
  expect(requests).toHaveLength(50);
});

test('several processes write one file: every line is whole, and none is lost at the end', async () => {
  // Without https this is warned of: once, by the first process.
  const odd = { TRUST_PROXY: 'loopback' };
  const program = place.start({ ...odd, LOG_FILE: 'shared/store.log', LOG_LEVEL: 'info', WORKERS: '2' });
  const url = await program.open();
  const marks = Array.from({ length: 100 }, (_, index) => index);
  // A connection for each, so that both processes get some.
  await Promise.all(marks.map(() => fetch(url + paths.login(), { headers: { connection: 'close' } })));
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(program.out.stdout).toMatch(/^Gatehouse is open at .*\nIts data are in .*\n/);
  expect(program.out.stdout).not.toContain('{');
  const lines = linesIn('shared');
  const requests = lines.filter(({ route }) => route === paths.login());
  expect(requests).toHaveLength(100);
  expect(new Set(requests.map(({ pid }) => pid)).size).toBe(2);
  expect(lines.filter(({ check }) => check)).toMatchObject([{ check: 'proxy', pid: program.process.pid }]);
});

test('a worker whose first process is killed ends, however much it has to log', async () => {
  const program = place.start({ LOG_FILE: 'killed/store.log', LOG_LEVEL: 'trace', WORKERS: '2' });
  const url = await program.open();
  const workers = new Set<number>();
  while (workers.size < 2) {
    await fetch(url + paths.login(), { headers: { connection: 'close' } });
    for (const { pid, route } of linesIn('killed')) if (route) workers.add(pid);
  }
  const asking = Array.from({ length: 50 }, () => fetch(url + paths.login()).catch(() => undefined));
  expect((await program.stop('SIGKILL')).signal).toBe('SIGKILL');
  await Promise.all(asking);
  for (const pid of workers) while (isAlive(pid)) await sleep(50);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('why a store did not start stands in the file as well', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const program = place.start({ LOG_FILE: 'unstarted/store.log', PORT: String(port) });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  other.close();
  expect(linesIn('unstarted')).toMatchObject([
    { level: 60, msg: 'the store did not start', err: { message: expect.stringContaining('EADDRINUSE') } },
  ]);
  expect(program.out.stderr).toMatch(/^Gatehouse did not start: The store cannot listen .*\n$/);
});

test('a file that cannot be written is a refusal in one line', async () => {
  const program = place.start({ LOG_FILE: '/dev/null/store.log', DATA_DIR: 'untouched' });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.out.stderr).toBe(
    'Gatehouse did not start: LOG_FILE /dev/null/store.log cannot be written (ENOTDIR). ' +
      'Give its folder to the user that the store runs as, or name another.\n',
  );
  expect(existsSync(join(place.folder, 'untouched'))).toBe(false);
});
