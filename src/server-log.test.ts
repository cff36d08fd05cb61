import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
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
  return text
    .trimEnd()
    .split('\n')
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
