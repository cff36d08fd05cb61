import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { record } from '../../audit/audit.ts';
import { linkAudit } from '../../audit/audit-chain.ts';
import { parseDatabaseUrl, readConfig } from '../../config/config.ts';
import { connect } from '../../database/connection.ts';
import { inTransaction } from '../../database/transaction.ts';
import { systemClock } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { unpack } from '../../testing/archives.ts';
import { type CommandLine, openCommandLine } from '../../testing/command-line.ts';
import { unheard } from '../../testing/database.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { everyRow } from '../../testing/tables.ts';
import { backUpStore } from './back-up.ts';

/** What a restore changes on purpose. */
const CHANGED = [
  'account_links',
  'audit_head',
  'audit_log',
  'knex_migrations',
  'knex_migrations_lock',
  'leases',
  'sessions',
  'token_families',
  'webauthn_challenges',
];

let line: CommandLine;
let folder: string;
let file: string;
beforeAll(async () => {
  line = await openCommandLine();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-backup-'));
  file = join(folder, 'store.tar.gz');
});
afterAll(async () => {
  await line.close();
  rmSync(folder, { recursive: true });
});

/** The store itself on a database. */
async function openStore(url = line.settings.DATABASE_URL ?? ''): Promise<TestApp> {
  const address = parseDatabaseUrl(url);
  const { SECRET_KEY = '' } = line.settings;
  const database = { db: connect(address, unheard), address, drop: async () => undefined };
  return startTestApp({ SECRET_KEY }, database);
}

/** Everything that a restore must bring back, however a driver spells it. */
async function contents(app: Pick<TestApp, 'context'>) {
  const all = [...(await everyRow(app.context.db))].filter(([table]) => !CHANGED.includes(table));
  const plain = (value: unknown) => (Buffer.isBuffer(value) ? value.toString('hex') : value);
  return all.map(([table, rows]) => [
    table,
    rows
      // A login locks the account, which is counted.
      .map(({ lock_count: _locks, ...row }) => row)
      // What servers compute of other columns is nothing of its own.
      .map((row) => JSON.stringify(Object.entries(row).map(([column, value]) => [column, plain(value)])))
      .sort(),
  ]);
}

describe('a store that was backed up while it ran', () => {
  let cookies: Map<string, string>;
  let before: Awaited<ReturnType<typeof contents>>;
  let aside: string;

  beforeAll(async () => {
    const app = await openStore();
    const alice = await signIn(app, 'alice');
    cookies = alice.cookies;
    await addPerson(app.context, 'ana', 'admin');
    const { code, out } = await line.run('backup', file);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^The store at \S+ was backed up into \S+store\.tar\.gz\.\nRows: \d+\nBytes: \d+\nSHA-256: [0-9a-f]{64}\n/,
    );
    before = await contents(app);
    // What happens after it is not in it.
    await addPerson(app.context, 'bob');
    await app.context.db('users').where('username', 'alice').update({ password_hash: '-' });
    await app.context.db('products').update({ picture_id: null });
    await app.context.db('pictures').delete();
    await app.close();
  });

  test('is what it was, picture by picture, and its members log in', async () => {
    const restored = await line.json('restore', file);
    expect(restored).toMatchObject({ code: 0, ok: true, migrated: [], otherKey: false, key: null });
    aside = restored.aside;
    const app = await openStore();
    expect(await contents(app)).toEqual(before);
    expect(await app.context.db('pictures').select()).not.toEqual([]);
    const alice = app.visitor();
    expect((await alice.logIn('alice', PASSWORD)).location).toBe('/store');
    expect((await app.visitor().logIn('bob', PASSWORD)).location).not.toBe('/store');
    await app.close();
  });

  test('has ended every login, so that no cookie from before opens it', async () => {
    const app = await openStore();
    const visitor = app.visitor();
    for (const [name, value] of cookies) visitor.cookies.set(name, value);
    expect((await visitor.get('/store')).location).toBe('/login');
    await app.close();
  });

  test('has written down that it was restored, at the end of a log that is whole', async () => {
    const newest = await line.db('audit_log').where('action', 'store.restored').first();
    expect(newest).toMatchObject({ action: 'store.restored', actor_kind: 'operator' });
    expect(JSON.parse(newest.personal).details).toEqual({
      createdAt: expect.stringMatching(/Z$/),
      program: expect.any(String),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const { rows, unlinked } = await line.json('audit', 'verify');
    expect(unlinked).toBeGreaterThan(0);
    await linkAudit(line.db);
    expect(await line.json('audit', 'verify')).toMatchObject({
      code: 0,
      rows: rows + unlinked,
      unlinked: 0,
    });
  });

  test('gives the next member a number that nobody had', async () => {
    const app = await openStore();
    const highest = Math.max(...(await app.context.db('users').pluck('id')));
    expect(await addPerson(app.context, 'carol')).toBeGreaterThan(highest);
    await app.close();
  });

  test('can go back to what was there before the restore', async () => {
    expect((await line.run('restore', aside)).code).toBe(0);
    expect(await line.db('users').orderBy('username').pluck('username')).toEqual(['alice', 'ana', 'bob']);
  });

  test('moves into SQLite and back, and is the same', async () => {
    const { DATABASE_URL = '' } = line.settings;
    line.settings.DATABASE_URL = `sqlite:${join(folder, 'elsewhere', 'gatehouse.db')}`;
    expect(await line.json('restore', file)).toMatchObject({ code: 0, aside: null });
    const elsewhere = await openStore(line.settings.DATABASE_URL);
    expect((await elsewhere.visitor().logIn('alice', PASSWORD)).location).toBe('/store');
    await elsewhere.context.db('sessions').delete();
    await elsewhere.close();
    const back = join(folder, 'back.tar.gz');
    expect((await line.run('backup', back)).code).toBe(0);
    line.settings.DATABASE_URL = DATABASE_URL;
    expect((await line.run('restore', back)).code).toBe(0);
    const app = await openStore();
    // A login makes a browser known, is counted, and is told by mail, which is counted, too.
    const but = ([table]: (string | unknown[])[]) =>
      !['event_counts', 'known_browsers', 'outbox', 'rate_limits'].includes(String(table));
    expect((await contents(app)).filter(but)).toEqual(before.filter(but));
    await app.close();
  });
});

test('a backup shows one moment, whatever is written meanwhile', async () => {
  const rows = Array.from({ length: 4_000 }, (_none, index) => ({
    key: `filler-${index}-${'x'.repeat(100)}`,
    points: 1,
    expire: 1,
  }));
  await line.db.batchInsert('rate_limits', rows, 250);
  let written = 0;
  let done = false;
  const writer = (async () => {
    while (!done) {
      await inTransaction(line.db, (trx) =>
        record(trx, 1, { action: 'task.added', actor: { kind: 'system' } }),
      );
      // The newest link and the head of the log are in step in each transaction.
      await linkAudit(line.db);
      written += 1;
      // SQLite answers at once and lets nobody else come in between.
      await setImmediate();
    }
  })();
  await expect.poll(() => written).toBeGreaterThan(0);
  const busy = join(folder, 'busy.tar.gz');
  const before = written;
  await backUpStore(busy, { config: readConfig(line.settings), clock: systemClock });
  const during = written - before;
  done = true;
  await writer;
  expect(during).toBeGreaterThan(0);

  const entries = await unpack(busy);
  const linesOf = (table: string) =>
    entries
      .filter(({ name }) => name.startsWith(`tables/${table}/`))
      .flatMap(({ content }) =>
        content
          .toString('utf8')
          .trim()
          .split('\n')
          .map((one) => JSON.parse(one)),
      );
  const [[hash, , sequence]] = linesOf('audit_head') as [[string, number, number]];
  const linked = linesOf('audit_log').filter((row) => row.includes(hash));
  expect(linked).toHaveLength(1);
  expect(linked[0]).toContain(sequence);
  expect((await line.run('restore', busy)).code).toBe(0);
  expect((await line.run('audit', 'verify')).code).toBe(0);
});
