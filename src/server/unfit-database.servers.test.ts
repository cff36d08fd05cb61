import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { buildIfStale } from '../cli/build.mjs';
import { parseDatabaseUrl } from '../config/config.ts';
import { connect } from '../database/connection.ts';
import { migrate } from '../database/migrations.ts';
import { runCaptured } from '../testing/command-line.ts';
import { unheard } from '../testing/database.ts';
import { openWorkplace, type Workplace } from '../testing/program.ts';

// Databases on a server that no store can work with, or not with all that people write.

const server = inject('databaseUrl');
const { dialect } = parseDatabaseUrl(server);
const name = (what: string) => `${inject('databasePrefix')}${what}`;
const password = randomBytes(12).toString('hex');

let place: Workplace;
const db = connect(parseDatabaseUrl(server), unheard);
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
});
afterAll(async () => {
  await place.clear();
  for (const database of ['latin', 'old', 'shut'])
    await db.raw('drop database if exists ??', [name(database)]);
  await db.raw(dialect === 'mysql' ? "drop user if exists ??@'%'" : 'drop role if exists ??', [name('u')]);
  await db.destroy();
});

function urlOf(database: string, user = ''): string {
  const url = new URL(server);
  url.pathname = `/${name(database)}`;
  if (user) Object.assign(url, { username: user, password });
  return url.href;
}

async function makeLatin(database: string): Promise<string> {
  const latin =
    dialect === 'mysql'
      ? 'character set latin1'
      : "encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'";
  await db.raw(`create database ?? ${latin}`, [name(database)]);
  return urlOf(database);
}

/** Makes a database, and a user who may read and write rows there, but make no tables. */
async function makeShut(): Promise<string> {
  const user = name('u');
  await db.raw('create database ??', [name('shut')]);
  if (dialect === 'mysql') {
    await db.raw(`create user ??@'%' identified by '${password}'`, [user]);
    await db.raw("grant select, insert, update, delete on ??.* to ??@'%'", [name('shut'), user]);
  } else {
    await db.raw(`create role ?? login password '${password}'`, [user]);
    const own = connect(parseDatabaseUrl(urlOf('shut')), unheard);
    await own.raw('revoke create on schema public from public');
    await own.destroy();
  }
  return urlOf('shut', user);
}

/** What a start says that is refused: one line. */
async function complaintOf(DATABASE_URL: string): Promise<string> {
  const program = place.start({ DATABASE_URL });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.out.stdout).toBe('');
  expect(program.out.stderr).toMatch(/^Gatehouse did not start: [^\n]+\n$/);
  expect(program.out.stderr).not.toContain(password);
  return program.out.stderr;
}

/** What the doctor says of a database, which is a failure. */
async function diagnosisOf(DATABASE_URL: string): Promise<string[]> {
  const settings = { DATABASE_URL, DATA_DIR: place.folder };
  const { code, out } = await runCaptured(['doctor', '--json'], settings);
  expect(code).toBe(1);
  expect(out).not.toContain(password);
  const checks: { check: string; level: string; message: string; advice?: string }[] = JSON.parse(out).checks;
  return checks
    .filter(({ check, level }) => check === 'database' && level === 'failure')
    .map(({ message, advice = '' }) => `${message} ${advice}`);
}

describe('a database that cannot hold every text', () => {
  const encoding = /keeps text as latin1, .*(ENCODING 'UTF8'|ALTER DATABASE .* CHARACTER SET utf8mb4)/i;

  test('is refused while it is new, with what to do, by start, migration and doctor', async () => {
    const url = await makeLatin('latin');
    expect(await complaintOf(url)).toMatch(encoding);
    const migration = await runCaptured(['migrate'], { DATABASE_URL: url, DATA_DIR: place.folder });
    expect([migration.code, migration.err]).toEqual([1, expect.stringMatching(encoding)]);
    expect(await diagnosisOf(url)).toContainEqual(expect.stringMatching(encoding));
  });

  test('and has a store already is opened with a warning, and a failure for the doctor', async () => {
    const url = await makeLatin('old');
    const own = connect(parseDatabaseUrl(url), unheard);
    await migrate(own);
    await own.destroy();
    const program = place.start({ DATABASE_URL: url });
    await program.open();
    await program.stop();
    expect(program.out.stdout).toMatch(encoding);
    expect(await diagnosisOf(url)).toEqual([expect.stringMatching(encoding)]);
  });
});

test('a user who may make no tables is told so by start and doctor', async () => {
  const url = await makeShut();
  const grants = /may not .*(make|create) tables.*GRANT/i;
  expect(await complaintOf(url)).toMatch(
    /^Gatehouse did not start: The user of DATABASE_URL lacks rights.*GRANT ALL/,
  );
  expect(await diagnosisOf(url)).toContainEqual(expect.stringMatching(grants));
});
