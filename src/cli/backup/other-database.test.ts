import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { parseDatabaseUrl } from '../../config/config.ts';
import { connect } from '../../database/connection.ts';
import { migrate } from '../../database/migrations.ts';
import { withSnapshot } from '../../database/transfer/snapshot.ts';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { runCaptured } from '../../testing/command-line.ts';
import { type EmptyPlace, openEmptyPlace, unheard } from '../../testing/database.ts';
import { everythingIn } from '../../testing/moved-rows.ts';
import { addOddRows } from '../../testing/odd-rows.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';

// A store goes from database to database and back, each time by a backup.

const SECRET_KEY = 'lantern-moss-fiddle-barn-7890123';
/** What a restore changes on purpose. */
const CHANGED = ['account_links', 'audit_head', 'audit_log', 'leases', 'submitted_forms'];
const ENDED = ['sessions', 'token_families', 'refresh_tokens', 'webauthn_challenges'];

/** Runs of one server take the other along, where there is one: so each of the six directions is gone. */
function stations(): (string | undefined)[] {
  const here = inject('databaseUrl');
  const { TEST_POSTGRES_URL, TEST_MYSQL_URL } = process.env;
  const other = { postgres: TEST_MYSQL_URL, mysql: TEST_POSTGRES_URL, sqlite: undefined };
  const second = other[parseDatabaseUrl(here).dialect];
  return second ? [here, second, undefined, here] : [here, undefined, here];
}

let folder: string;
const way: EmptyPlace[] = [];
let before: Map<string, unknown>;
let lastId: number;

async function contentsOf({ address }: EmptyPlace) {
  const db = connect(address, unheard);
  const found = await withSnapshot(db, everythingIn);
  await db.destroy();
  for (const table of CHANGED) found.delete(table);
  return found;
}

/** The store in a place, as its owner would start it. */
async function startIn({ address }: EmptyPlace): Promise<TestApp> {
  const db = connect(address, unheard);
  await migrate(db);
  return startTestApp({ SECRET_KEY }, { db, address, drop: async () => undefined });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-way-'));
  for (const url of stations()) way.push(await openEmptyPlace(url));
  const [first] = way as [EmptyPlace];
  const app = await startIn(first);
  for (const name of ['alice', 'zoe', 'mod-mina']) await addPerson(app.context, name);
  await addOddRows(app.context.db);
  // The newest member is erased for good: nobody may get that number again.
  lastId = await addPerson(app.context, 'leaver');
  await app.context.db('users').where('id', lastId).delete();
  await app.close();
  before = await contentsOf(first);
  for (const table of ENDED) before.set(table, { rows: 0, sum: '0'.repeat(64) });
});
afterAll(async () => {
  for (const place of way) await place.drop();
  rmSync(folder, { recursive: true });
});

test.each(
  stations()
    .slice(1)
    .map((_url, index) => [index, index + 1] as const),
)(
  'from station %i to station %i every row of every table comes along, and the log is sound',
  async (from, to) => {
    const run = (command: string, { url }: EmptyPlace) =>
      runCaptured([command, join(folder, `${from}.tar.gz`), '--json'], {
        ...{ DATABASE_URL: url, DATA_DIR: folder, SECRET_KEY },
      });
    expect(await run('backup', way[from] as EmptyPlace)).toMatchObject({ code: 0 });
    const { out } = await run('restore', way[to] as EmptyPlace);
    expect(JSON.parse(out)).toMatchObject({ ok: true, aside: null, audit: { ok: true } });
    expect(await contentsOf(way[to] as EmptyPlace)).toEqual(before);
  },
);

test('at the end of the way the store lets its members in, and new ones', async () => {
  const app = await startIn(way.at(-1) as EmptyPlace);
  expect((await app.visitor().logIn('zoe', PASSWORD)).location).toBe(paths.store());
  expect((await app.visitor().register('newcomer', PASSWORD)).location).toBe(paths.login());
  const { id } = await app.context.db('users').where('username', 'newcomer').first('id');
  expect(id).toBeGreaterThan(lastId);
  await app.close();
});
