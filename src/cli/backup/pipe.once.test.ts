import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect, type Database } from '../../database/connection.ts';
import { migrate } from '../../database/migrations.ts';
import { unfinishedTransfer } from '../../database/unfinished-transfer.ts';
import { type EmptyPlace, openEmptyPlace, unheard } from '../../testing/database.ts';
import { openWorkplace, type Workplace } from '../../testing/program.ts';
import { BUILT, buildIfStale } from '../build.mjs';
import { TEXTS as RESTORE_RUN_TEXTS } from './restore-run.ts';

// The commands as processes, joined by a pipe as their user joins them.

const SECRET_KEY = 'lantern-moss-fiddle-barn-7890123';
const COMMAND = join(BUILT, 'cli', 'gatehouse.js');

let folder: string;
let workplace: Workplace;
const places: EmptyPlace[] = [];
const databases: Database[] = [];
beforeAll(async () => {
  buildIfStale();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-pipe-'));
  workplace = await openWorkplace();
});
afterAll(async () => {
  for (const db of databases) await db.destroy();
  for (const place of places) await place.drop();
  await workplace.clear();
  rmSync(folder, { recursive: true });
});

async function newPlace(): Promise<EmptyPlace> {
  const place = await openEmptyPlace();
  places.push(place);
  return place;
}

function open({ address }: EmptyPlace): Database {
  const db = connect(address, unheard);
  databases.push(db);
  return db;
}

const settingsOf = (url: string) => ({ DATABASE_URL: url, DATA_DIR: join(folder, 'data'), SECRET_KEY });

/** Runs a line of a shell, in which `$gatehouse` is the command. */
function inShell(line: string, settings: Record<string, string>) {
  const env = { ...settings, gatehouse: `${process.execPath} ${COMMAND}` };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const child = execFile(
      'bash',
      ['--norc', '-c', `set -o pipefail; ${line}`],
      { env, cwd: folder },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

/** Moves a store from a database to another one. */
const move = (from: EmptyPlace, to: EmptyPlace) =>
  inShell('$gatehouse backup - | DATABASE_URL=$TO $gatehouse restore - --json', {
    ...settingsOf(from.url),
    TO: to.url,
  });

/** Restores a file from standard input. */
function startRestore(file: string, { url }: EmptyPlace) {
  const input = openSync(file, 'r');
  const child = spawn(process.execPath, [COMMAND, 'restore', '-', '--json'], {
    env: settingsOf(url),
    stdio: [input, 'pipe', 'inherit'],
  });
  closeSync(input);
  const ended = Promise.all([once(child, 'close'), text(child.stdout as NonNullable<typeof child.stdout>)]);
  return { child, ended: ended.then(([[code, signal], out]) => ({ code, signal, out })) };
}

describe('a store that is moved by a pipe', () => {
  let source: EmptyPlace;
  beforeAll(async () => {
    source = await newPlace();
    await migrate(open(source));
    await fillLimits(open(source), 1_000);
  });

  test('is whole on the other side, and nothing else is left', async () => {
    const target = await newPlace();
    const { code, out, err } = await move(source, target);
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/^The store at \S+ was backed up into standard output/),
    ]);
    expect(JSON.parse(out)).toMatchObject({ ok: true, aside: null });
    expect(await rowsIn(open(target))).toBe(1_000);
    expect(readdirSync(join(folder, 'data'))).toEqual([]);
  });

  test('does not take the place of a store, nor of itself', async () => {
    const other = await newPlace();
    await migrate(open(other));
    for (const target of [other, source]) {
      const { code, out } = await move(source, target);
      expect([code, JSON.parse(out).error.code]).toEqual([1, 'not-empty']);
    }
    expect(await rowsIn(open(other))).toBe(0);
    expect(await rowsIn(open(source))).toBe(1_000);
  });

  test('is not there: then nothing is restored, and both commands say why', async () => {
    const [nowhere, target] = [await newPlace(), await newPlace()];
    const { code, out, err } = await move(nowhere, target);
    expect([code, JSON.parse(out).error.code]).toEqual([1, 'damaged-backup']);
    expect(err).toMatch(/^gatehouse: There is no store at \S+store\.db\./m);
    expect(err).toMatch(/^gatehouse: standard input is no backup, or is damaged:/m);
    expect(await unfinishedTransfer(open(target))).toBeUndefined();
  });
});

test('a backup whose reader goes away fails', async () => {
  const place = await newPlace();
  await migrate(open(place));
  await fillLimits(open(place), 20_000);
  const { code, err } = await inShell(
    '$gatehouse backup - --json | head -c 1 > /dev/null',
    settingsOf(place.url),
  );
  expect(code).toBe(1);
  expect(JSON.parse(err.split('\n').find((line) => line.startsWith('{')) ?? '')).toMatchObject({
    ok: false,
    error: { code: 'closed' },
  });
});

// A file to which nothing can be written, where the system has one.
test.each(['/dev/full'].filter(existsSync))('a backup to a full disk (%s) says so', async (full) => {
  const place = await newPlace();
  await migrate(open(place));
  const { code, err } = await inShell(`$gatehouse backup - > ${full}`, settingsOf(place.url));
  expect(code).toBe(1);
  expect(err).toMatch(
    /^gatehouse: The disk that standard output goes to is full, so what it got is no backup\./m,
  );
});

test('a restore where nothing answers prints no password', async () => {
  const store = await newPlace();
  await migrate(open(store));
  const { code, out, err } = await inShell('$gatehouse backup - | DATABASE_URL=$TO $gatehouse restore -', {
    ...settingsOf(store.url),
    TO: 'postgres://a:hush@127.0.0.1:1/x',
  });
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('The postgres database cannot be used');
  expect(err).not.toContain('hush');
});

const rowsIn = async (db: Database) => Number((await db('rate_limits').count({ count: '*' }))[0]?.count);

async function fillLimits(db: Database, count: number): Promise<void> {
  // Of random ends, so that they cannot be pressed into nothing.
  const rows = Array.from({ length: count }, (_none, index) => ({
    key: `key ${index} ${Math.random()}`,
    points: 1,
    expire: 1,
  }));
  await db.batchInsert('rate_limits', rows, 300);
}

describe('a backup on standard input', () => {
  const ROWS = 30_000;
  let file: string;
  let target: EmptyPlace;
  let db: Database;
  beforeAll(async () => {
    const source = await newPlace();
    await migrate(open(source));
    await fillLimits(open(source), ROWS);
    file = join(folder, 'store.tar.gz');
    expect(await inShell('$gatehouse backup - > store.tar.gz', settingsOf(source.url))).toMatchObject({
      code: 0,
    });
  });
  beforeEach(async () => {
    target = await newPlace();
    db = open(target);
  });

  /** Waits until the target is marked, and more than that: until rows arrive. */
  const untilItWrites = () =>
    expect
      // While tables are made the database may say that it is busy.
      .poll(() => rowArrived().catch(() => false), { interval: 5 })
      .toBe(true);

  const rowArrived = async () =>
    (await unfinishedTransfer(db)) !== undefined &&
    (await db.schema.hasTable('rate_limits')) &&
    (await db('rate_limits').first()) !== undefined;

  test('that was cut off is not restored, and leaves nothing', async () => {
    const half = join(folder, 'half.tar.gz');
    const bytes = readFileSync(file);
    writeFileSync(half, bytes.subarray(0, bytes.length / 2));
    const { code, out } = await startRestore(half, target).ended;
    expect([code, JSON.parse(out).error.code]).toEqual([1, 'damaged-backup']);
    expect(await db.schema.hasTable('users')).toBe(false);
    expect(readdirSync(join(folder, 'data'))).toEqual([]);
  });

  test('whose restore is killed leaves a database on which no store starts, and comes whole the next time', async () => {
    const { child, ended } = startRestore(file, target);
    await untilItWrites();
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ signal: 'SIGKILL', out: '' });
    const program = workplace.start({ DATABASE_URL: target.url });
    expect(await program.ended).toEqual({ code: 1, signal: null });
    expect(program.out.stderr).toMatch(
      /^Gatehouse did not start: The \w+ database cannot be used\. It holds an unfinished restore of standard input, begun /,
    );
    expect(await startRestore(file, target).ended).toMatchObject({ code: 0 });
    expect(await rowsIn(db)).toBe(ROWS);
  });

  test('whose restore is interrupted says what is left', async () => {
    const { child, ended } = startRestore(file, target);
    await untilItWrites();
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect([code, JSON.parse(out).error.code]).toEqual([1, 'unfinished']);
    expect(out).toContain(RESTORE_RUN_TEXTS.aborted);
    expect(await unfinishedTransfer(db)).toMatchObject({ source: 'standard input' });
  });

  test('comes whole into a database that two restores fill at once: one is refused', async () => {
    const both = await Promise.all([startRestore(file, target).ended, startRestore(file, target).ended]);
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    const refused = both.find(({ code }) => code === 1);
    expect(JSON.parse(refused?.out ?? '').error.code).toMatch(/^(busy|not-empty)$/);
    expect(await rowsIn(db)).toBe(ROWS);
  });
});
