import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillLargeStore } from '../../bench/large-store.ts';
import { onDatabase, openPlace, type Place, runCommand } from '../../bench/moves.ts';
import { BUILT, buildIfStale } from '../../src/cli/building.mjs';
import { digestOf, withSnapshot } from '../../src/database/transfer/snapshot.ts';

// A store of 100,000 members goes from each kind of database to each other, by the command as its owner runs it.

const MEMBERS = 100_000;
/** More than a copy of any size may take, in bytes: its rows are not held in memory. */
const MOST_MEMORY = 500_000_000;

const SERVERS: Record<string, string | undefined> = {
  PostgreSQL: process.env.TEST_POSTGRES_URL,
  MySQL: process.env.TEST_MYSQL_URL,
};
// Where each can be read once something was written there.
const DIRECTIONS: [string, string][] = [
  ['SQLite', 'PostgreSQL'],
  ['SQLite', 'MySQL'],
  ['PostgreSQL', 'SQLite'],
  ['PostgreSQL', 'MySQL'],
  ['MySQL', 'SQLite'],
  ['MySQL', 'PostgreSQL'],
];

const isThere = (kind: string) => kind === 'SQLite' || SERVERS[kind] !== undefined;
const gone = DIRECTIONS.filter((direction) => direction.every(isThere));

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-copy-'));
const stores = new Map<string, Place>();
const temporary: Place[] = [];
let rows: number;
let contents: Record<string, string>;

beforeAll(async () => {
  buildIfStale();
  const source = await openPlace('SQLite', folder, undefined);
  stores.set('SQLite', source);
  rows = await onDatabase(source.url, (db) => fillLargeStore(db, MEMBERS));
  contents = await contentsOf(source);
  const left = DIRECTIONS.filter((direction) => !gone.includes(direction)).map((way) => way.join(' to '));
  if (left.length > 0)
    process.stdout.write(`Left out, as TEST_POSTGRES_URL or TEST_MYSQL_URL is not set: ${left.join(', ')}\n`);
});
afterAll(async () => {
  const places = [...stores.values(), ...temporary];
  await Promise.allSettled(places.map((place) => place.drop()));
  rmSync(folder, { recursive: true, force: true });
});

/** How many rows each table has, and what they sum up to. */
function contentsOf({ url }: Place): Promise<Record<string, string>> {
  return onDatabase(url, (db) =>
    withSnapshot(db, async (snapshot) => {
      const found: Record<string, string> = {};
      for (const table of snapshot.tables) {
        const digest = await digestOf(snapshot, table);
        found[table.name] = `${digest.rows} rows, ${digest.sum}`;
      }
      return found;
    }),
  );
}

// Without a server there is one way left to go.
const ways: [string, string][] = gone.length > 0 ? gone : [['SQLite', 'SQLite']];

describe('a store of 100,000 members', () => {
  test.each(ways)('goes from %s to %s whole, its audit log sound', async (from, to) => {
    const target = await openPlace(to, folder, SERVERS[to]);
    temporary.push(target);
    const source = stores.get(from) as Place;
    const { answer, seconds, peak } = await runCommand(join(BUILT, 'cli', 'gatehouse.js'), [
      ...['db', 'copy', '--from', source.url, '--to', target.url],
    ]);
    expect(answer).toMatchObject({ ok: true, rows, audit: { sound: true, rows: MEMBERS } });
    const memory = peak === undefined ? '' : `, at most ${Math.round(peak / 1_000_000)} MB`;
    process.stdout.write(
      `${from} to ${to}: ${rows} rows in ${seconds.toFixed(1)} s, ${Math.round(rows / seconds)} a second${memory}\n`,
    );
    expect(peak ?? 0).toBeLessThan(MOST_MEMORY);
    expect(await contentsOf(target)).toEqual(contents);
    if (stores.has(to)) await target.drop();
    else stores.set(to, target);
  });
});
