import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { insertUser } from '../accounts/users.table.ts';
import { parseDatabaseUrl } from '../config/config.ts';
import { knownMigrations } from '../database/migrations.ts';
import { tablesIn } from '../database/transfer/dialect-tables.ts';
import { type CommandLine, openCommandLine } from '../testing/command-line.ts';

const NEWER = '29991231000000_rebuild_everything';
const MIGRATIONS = await knownMigrations();
const NEWEST = `${MIGRATIONS.at(-1)}`;
const BEFORE = `${MIGRATIONS.at(-2)}`;

const isSqlite = parseDatabaseUrl(inject('databaseUrl')).dialect === 'sqlite';

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
});
afterAll(() => line.close());

const migrationsRun = () => line.db('knex_migrations').orderBy('name').pluck('name');

async function asOfANewerVersion(work: () => Promise<void>): Promise<void> {
  await line.db('knex_migrations').insert({ name: NEWER, batch: 9, migration_time: new Date() });
  await work();
  await line.db('knex_migrations').where('name', NEWER).delete();
}

/** What each table is made of. */
async function shape() {
  const tables = await tablesIn(line.db);
  return Promise.all(tables.map(async (table) => [table, await line.db(table).columnInfo()]));
}

describe('gatehouse db status', () => {
  test('says where the database is, that it is up to date, and when it became so', async () => {
    const { code, out } = await line.run('db', 'status');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^(SQLite|PostgreSQL|MySQL or MariaDB) at \S+\nIt is up to date with this version\.\n/,
    );
    expect(out).not.toContain('@');
    const status = await line.json('db', 'status');
    expect(status).toMatchObject({ code: 0, ok: true, state: 'up-to-date', pending: [], newer: [] });
    expect(status.batches).toEqual([{ at: expect.stringMatching(/^20\d\d-.*Z$/), migrations: MIGRATIONS }]);
    expect(Math.abs(Date.parse(status.batches[0].at) - Date.now())).toBeLessThan(3_600_000);
  });

  test('names what a start would run, and what was run at another time', async () => {
    await line.run('db', 'rollback', '--yes');
    expect(await line.json('db', 'status')).toMatchObject({ code: 0, state: 'behind', pending: [NEWEST] });
    expect((await line.run('db', 'status')).out).toContain(`  ${NEWEST}\n`);
    expect(await line.json('db', 'migrate')).toMatchObject({ code: 0, migrations: [NEWEST] });
    const { batches } = await line.json('db', 'status');
    expect(batches.map(({ migrations }: { migrations: string[] }) => migrations.length)).toEqual([
      MIGRATIONS.length - 1,
      1,
    ]);
  });

  test('fails where a newer version was, with which this one does not start', async () => {
    await asOfANewerVersion(async () => {
      const { code, out } = await line.run('db', 'status');
      expect([code, out]).toEqual([1, expect.stringContaining(`  ${NEWER}\n`)]);
      expect(await line.json('db', 'status')).toMatchObject({ ok: false, state: 'newer', newer: [NEWER] });
    });
  });
});

describe('gatehouse db rollback', () => {
  beforeEach(async () => {
    const ana = { username: 'ana', email: 'ana@example.org', passwordHash: '-', role: 'admin' } as const;
    await insertUser(line.db, { ...ana, createdAt: 1, approvedAt: 1 });
  });
  afterEach(async () => {
    await line.run('migrate');
    await line.db('users').delete();
  });

  test('says what would be lost and what to do first, and changes nothing', async () => {
    const { code, out } = await line.run('db', 'rollback');
    expect(code).toBe(1);
    expect(out).toContain(`  ${NEWEST}\n`);
    expect(out).toMatch(/Nothing was changed\. Make a backup .*stop the store.*--yes/);
    expect(await line.json('db', 'rollback')).toMatchObject({
      ok: false,
      wouldUndo: [NEWEST],
      error: { code: 'not-confirmed' },
    });
    expect(await migrationsRun()).toEqual(MIGRATIONS);
  });

  test('undoes the newest migration, and migrate brings back the same tables', async () => {
    const before = await shape();
    expect(await line.json('db', 'rollback', '--yes')).toMatchObject({ code: 0, undone: [NEWEST] });
    expect(await migrationsRun()).toEqual(MIGRATIONS.slice(0, -1));
    expect((await line.run('migrate')).code).toBe(0);
    expect(await shape()).toEqual(before);
  });

  test('undoes all that are newer than one, newest first', async () => {
    const { code, undone } = await line.json('db', 'rollback', '--to', `${MIGRATIONS.at(-4)}`, '--yes');
    expect([code, undone]).toEqual([0, MIGRATIONS.slice(-3).reverse()]);
  });

  test('down to the first migration and up again makes the same tables', async () => {
    const before = await shape();
    const { code } = await line.run('db', 'rollback', '--to', `${MIGRATIONS[0]}`, '--yes');
    expect([code, await migrationsRun()]).toEqual([0, MIGRATIONS.slice(0, 1)]);
    expect((await line.run('migrate')).code).toBe(0);
    expect(await shape()).toEqual(before);
  });

  test('has nothing to do where that one is the newest', async () => {
    expect(await line.json('db', 'rollback', '--to', NEWEST, '--yes')).toMatchObject({ code: 0, undone: [] });
  });

  test.each(['29991231000000_never', '', "x'; drop table users; --"])(
    'knows no migration "%s"',
    async (name) => {
      expect(await line.json('db', 'rollback', '--to', name, '--yes')).toMatchObject({
        code: 1,
        error: { code: 'unknown-migration' },
      });
      expect(await migrationsRun()).toEqual(MIGRATIONS);
    },
  );

  test('leaves what a newer version has run alone', async () => {
    await asOfANewerVersion(async () => {
      const refused = await line.json('db', 'rollback', '--to', BEFORE, '--yes');
      expect(refused).toMatchObject({ code: 1, error: { code: 'newer-database' } });
    });
    expect(await migrationsRun()).toEqual(MIGRATIONS);
  });

  // SQLite waits for a lock with its whole process, which here is the other's as well.
  if (!isSqlite) {
    test('asked for twice at the same instant undoes one migration once', async () => {
      const both = await Promise.all([1, 2].map(() => line.json('db', 'rollback', '--yes')));
      const undone = both.flatMap(({ undone = [] }) => undone);
      expect(new Set(undone).size).toBe(undone.length);
      expect(await migrationsRun()).toEqual(MIGRATIONS.slice(0, -undone.length));
    });
  }
});
