import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { MARKER } from '../../database/unfinished-transfer.ts';
import { type CommandLine, openCommandLine } from '../../testing/command-line.ts';
import { BUILT, buildIfStale } from '../build.mjs';

let line: CommandLine;
let folder: string;
let running: ChildProcess[] = [];
beforeAll(async () => {
  buildIfStale();
  line = await openCommandLine();
  // Large enough to be hit in the middle.
  const rows = Array.from({ length: 30_000 }, (_none, index) => ({
    key: `filler-${index}`,
    points: 1,
    expire: 1,
  }));
  await line.db.batchInsert('rate_limits', rows, 300);
});
afterAll(() => line.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-signals-'));
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running = [];
  rmSync(folder, { recursive: true });
});

/** The built command as a process of its own. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [join(BUILT, 'cli', 'gatehouse.js'), ...args], {
    env: line.settings,
    cwd: folder,
  });
  running.push(child);
  const out = { text: '' };
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (out.text += text));
  return { child, out, ended: once(child, 'close') as Promise<[number | null, string | null]> };
}

const parts = () => readdirSync(folder).filter((name) => name.includes('.part-'));

test.each(['SIGTERM', 'SIGINT'] as const)('a backup that %s comes to leaves nothing', async (signal) => {
  const { child, out, ended } = start('backup', 'store.tar.gz');
  await expect.poll(parts, { interval: 1, timeout: 20_000 }).toHaveLength(1);
  child.kill(signal);
  expect(await ended).toEqual([1, null]);
  expect(out.text).toContain('Nothing is left of it.');
  expect(readdirSync(folder)).toEqual([]);
});

test('one that was killed leaves no file that looks like a backup', async () => {
  const { child, ended } = start('backup', 'store.tar.gz');
  await expect.poll(parts, { interval: 1, timeout: 20_000 }).toHaveLength(1);
  child.kill('SIGKILL');
  await ended;
  expect(existsSync(join(folder, 'store.tar.gz'))).toBe(false);
});

test('a schedule ends well, in the middle of a backup and while it waits', async () => {
  mkdirSync(join(folder, 'kept'));
  const busy = start('backup', '--every', '6h', '--keep', '2', 'kept');
  const live = () => readdirSync(join(folder, 'kept'));
  await expect.poll(live, { interval: 1, timeout: 20_000 }).toHaveLength(1);
  busy.child.kill('SIGTERM');
  expect(await busy.ended).toEqual([0, null]);
  expect(live().filter((name) => name.includes('.part-'))).toEqual([]);

  const waiting = start('backup', '--every', '6h', '--keep', '2', 'kept');
  await expect
    .poll(() => waiting.out.text, { timeout: 20_000 })
    .toMatch(/Made \S+gatehouse-\S+Z\.tar\.gz|was not made/);
  waiting.child.kill('SIGTERM');
  expect(await waiting.ended).toEqual([0, null]);
  expect(waiting.out.text).toMatch(/Ended\. Made: \d; failed: \d\n$/);
});

test('a restore that was killed in the middle leaves a database that no store starts with, until one goes through', async () => {
  await line.run('backup', join(folder, 'store.tar.gz'));
  const { child, ended } = start('restore', 'store.tar.gz');
  await expect.poll(() => line.db.schema.hasTable(MARKER), { interval: 5, timeout: 25_000 }).toBe(true);
  child.kill('SIGKILL');
  await ended;
  expect((await line.json('migrate')).error).toMatchObject({ code: 'unfinished' });
  expect(await line.json('restore', join(folder, 'store.tar.gz'))).toMatchObject({ code: 0, aside: null });
  expect(await line.json('db', 'status')).toMatchObject({ code: 0, state: 'up-to-date' });
  const [count] = await line.db('rate_limits').count({ count: '*' });
  expect(Number(count?.count)).toBe(30_000);
});
