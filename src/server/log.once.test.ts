import { existsSync, readFileSync, renameSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { TEXTS as OPERATION_TEXTS } from '../diagnostics/operation.ts';
import { paths } from '../paths.ts';
import { openWorkplace, type Workplace } from '../testing/program.ts';
import { Visitor } from '../testing/visitor.ts';

// Some start several processes, which takes long on a machine that has much else to do.
vi.setConfig({ testTimeout: 90_000 });
afterAll(() => vi.resetConfig());

let place: Workplace;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
});
afterAll(() => place.clear());

/** The lines of a log: whole ones alone, at any moment. */
// biome-ignore lint/suspicious/noExplicitAny: whatever was logged.
function linesIn(file: string): any[] {
  const lines = readFileSync(join(place.folder, file), 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line));
}

test('every line of a store that is told to end is in the file, and none beside it', async () => {
  const program = place.start({ LOG_FILE: 'logs/store.log', LOG_LEVEL: 'info' });
  const visitor = new Visitor(await program.open());
  const marks = Array.from({ length: 50 }, (_, index) => index);
  await Promise.all(marks.map(() => visitor.get(paths.login())));
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(program.out.stdout).toMatch(/^Gatehouse is open at .*\nIts data are in .*\nThere is no .*\n$/);
  const requests = linesIn('logs/store.log').filter(
    ({ route, status }) => route === paths.login() && status === 200,
  );
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
  const lines = linesIn('shared/store.log');
  const requests = lines.filter(({ route }) => route === paths.login());
  expect(requests).toHaveLength(100);
  expect(new Set(requests.map(({ pid }) => pid)).size).toBe(2);
  expect(lines.filter(({ check }) => check)).toMatchObject([{ check: 'proxy', pid: program.process.pid }]);
});

test.each(['1', '2'])('after SIGHUP a store of %s process writes to a new file', async (WORKERS) => {
  const file = `renamed-${WORKERS}.log`;
  const program = place.start({ LOG_FILE: file, LOG_LEVEL: 'info', WORKERS });
  const url = await program.open();
  const visit = () => fetch(url + paths.login(), { headers: { connection: 'close' } });
  const visitsIn = (log: string) => linesIn(log).filter(({ route }) => route === paths.login()).length;
  await visit();
  renameSync(join(place.folder, file), join(place.folder, `${file}.1`));
  await visit();
  await expect.poll(() => visitsIn(`${file}.1`)).toBe(2);
  program.process.kill('SIGHUP');
  await expect.poll(() => existsSync(join(place.folder, file))).toBe(true);
  // A worker hears of it a moment after the first process.
  await expect.poll(() => visit().then(() => visitsIn(file))).toBeGreaterThan(0);
  expect(await program.stop('SIGTERM')).toEqual({ code: 0, signal: null });
});

test('why a store did not start stands in the file as well', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const program = place.start({ LOG_FILE: 'unstarted/store.log', PORT: String(port) });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  other.close();
  expect(linesIn('unstarted/store.log')).toMatchObject([
    { level: 60, msg: 'the store did not start', err: { message: expect.stringContaining('EADDRINUSE') } },
  ]);
  expect(program.out.stderr).toMatch(/^Gatehouse did not start: The store cannot listen .*\n$/);
});

test('a file that cannot be written is a refusal in one line', async () => {
  const program = place.start({ LOG_FILE: '/dev/null/store.log', DATA_DIR: 'untouched' });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.out.stderr).toBe(
    'Gatehouse did not start: LOG_FILE /dev/null/store.log cannot be written (ENOTDIR). ' +
      `${OPERATION_TEXTS.unwritableAdvice}\n`,
  );
  expect(existsSync(join(place.folder, 'untouched'))).toBe(false);
});
