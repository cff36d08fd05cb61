import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUILT, buildIfStale } from '../../src/cli/build.mjs';
import { connect, type Database } from '../../src/database/connection.ts';
import { migrate } from '../../src/database/migrations.ts';
import { withSnapshot } from '../../src/database/transfer/snapshot.ts';
import { type EmptyPlace, openEmptyPlace, unheard } from '../../src/testing/database.ts';
import { everythingIn } from '../../src/testing/moved-rows.ts';
import { userRow } from '../../src/testing/tables.ts';

// A store of 100,000 members and 40 MB of pictures goes from each kind of database to each other, as its owner moves it.

const MEMBERS = 100_000;
const PICTURES = 20;
const PICTURE_SIZE = 2_000_000;
/** In megabytes, far less than the store: its rows are not held in memory. */
const HEAP = 128;
/** What a restore writes itself. */
const CHANGED = ['audit_head', 'audit_log', 'leases'];

const SERVERS: Record<string, string | undefined> = {
  PostgreSQL: process.env.TEST_POSTGRES_URL,
  MySQL: process.env.TEST_MYSQL_URL,
};
// Where each can be read once something was written there.
const DIRECTIONS = [
  ['SQLite', 'PostgreSQL'],
  ['SQLite', 'MySQL'],
  ['PostgreSQL', 'SQLite'],
  ['PostgreSQL', 'MySQL'],
  ['MySQL', 'SQLite'],
  ['MySQL', 'PostgreSQL'],
] as const;
const isThere = (kind: string) => kind === 'SQLite' || SERVERS[kind] !== undefined;
const gone = DIRECTIONS.filter((direction) => direction.every(isThere));

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-move-'));
const stores = new Map<string, EmptyPlace>();
const places: EmptyPlace[] = [];
let contents: Awaited<ReturnType<typeof contentsOf>>;

async function newPlace(kind: string): Promise<EmptyPlace> {
  const place = await openEmptyPlace(SERVERS[kind]);
  places.push(place);
  return place;
}

beforeAll(async () => {
  buildIfStale();
  const source = await newPlace('SQLite');
  stores.set('SQLite', source);
  await onDatabase(source, fill);
  contents = await contentsOf(source);
  if (gone.length < DIRECTIONS.length)
    process.stdout.write('TEST_POSTGRES_URL or TEST_MYSQL_URL is not set: some directions are left out\n');
});
afterAll(async () => {
  await Promise.allSettled(places.map((place) => place.drop()));
  rmSync(folder, { recursive: true, force: true });
});

async function onDatabase<T>({ address }: EmptyPlace, work: (db: Database) => Promise<T>): Promise<T> {
  const db = connect(address, unheard);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

async function fill(db: Database): Promise<void> {
  await migrate(db);
  const members = Array.from({ length: MEMBERS }, (_none, number) => userRow(`zoë-${number}`));
  await db.batchInsert('users', members, 250);
  for (let number = 0; number < PICTURES; number += 1) {
    const content = randomBytes(PICTURE_SIZE);
    const hash = createHash('sha256').update(content).digest('hex');
    await db('pictures').insert({ content_hash: hash, media_type: 'image/png', content });
  }
}

/** How many rows each table has, and what they sum up to. */
async function contentsOf(place: EmptyPlace): Promise<Map<string, { rows: number; sum: string }>> {
  const found = await onDatabase(place, (db) => withSnapshot(db, everythingIn));
  for (const table of CHANGED) found.delete(table);
  return found;
}

// Without a server there is one way left to go.
const ways: (readonly [string, string])[] = gone.length > 0 ? gone : [['SQLite', 'SQLite']];

test.each(ways)(
  'a store of 100,000 members goes from %s to %s whole, its audit log sound',
  async (from, to) => {
    const source = stores.get(from) as EmptyPlace;
    const target = await newPlace(to);
    const gatehouse = `${process.execPath} --max-old-space-size=${HEAP} ${join(BUILT, 'cli', 'gatehouse.js')}`;
    const begun = performance.now();
    const answer = execFileSync(
      'bash',
      ['--norc', '-c', `${gatehouse} backup - | DATABASE_URL=${target.url} ${gatehouse} restore - --json`],
      { env: { DATABASE_URL: source.url, DATA_DIR: folder, SECRET_KEY: 'lantern-moss-fiddle-barn-7890123' } },
    );
    const seconds = (performance.now() - begun) / 1_000;
    const report = JSON.parse(answer.toString());
    expect(report).toMatchObject({ ok: true, audit: { ok: true } });
    process.stdout.write(`${from} to ${to}: ${report.rows} rows in ${seconds.toFixed(1)} s\n`);
    expect(await contentsOf(target)).toEqual(contents);
    if (stores.has(to)) await target.drop();
    else stores.set(to, target);
  },
);
