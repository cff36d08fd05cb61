import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { parseDatabaseUrl } from '../config/config.ts';
import { type CommandLine, openCommandLine } from '../testing/command-line.ts';
import { openWorkplace } from '../testing/program.ts';

const isSqlite = parseDatabaseUrl(inject('databaseUrl')).dialect === 'sqlite';

let line: CommandLine;
let settings: Record<string, string>;
beforeAll(async () => {
  line = await openCommandLine();
  settings = { ...line.settings };
});
afterAll(() => line.close());
afterEach(() => {
  for (const name of Object.keys(line.settings)) delete line.settings[name];
  Object.assign(line.settings, settings);
});

describe('a store that is not there', () => {
  test.each(['user show ana', 'user disable bob --reason left', 'audit verify', 'demo', 'doctor'])(
    'is not made by %s',
    async (command) => {
      const folder = join(line.folder, 'mistyped');
      line.settings.DATA_DIR = folder;
      line.settings.DATABASE_URL = `sqlite:${join(folder, 'gatehouse.db')}`;
      const { code, out, err } = await line.run(...command.split(' '));
      expect(code).toBe(1);
      expect(out + err).toMatch(/There is no store at \S+mistyped\/gatehouse.db\. .*gatehouse migrate/);
      expect(existsSync(folder)).toBe(false);
    },
  );

  test('but a server that does not answer is named without its password', async () => {
    line.settings.DATABASE_URL = 'postgres://store:hush@127.0.0.1:1/store';
    const { code, err } = await line.run('audit', 'verify');
    expect(code).toBe(1);
    expect(err).toMatch(/^gatehouse: The postgres database cannot be used \(connect ECONNREFUSED.*\n$/);
    expect(err).not.toContain('hush');
  });

  test('nor is a file that is no database taken for one', async () => {
    const file = join(line.folder, 'letter.db');
    writeFileSync(file, 'Dear Alice, this is no database at all. '.repeat(100));
    line.settings.DATABASE_URL = `sqlite:${file}`;
    expect(await line.json('user', 'show', 'ana')).toMatchObject({ code: 1, error: { code: 'database' } });
  });
});

test('settings that are wrong are named in one line', async () => {
  line.settings.PORT = 'abc';
  expect(await line.run('user', 'show', 'ana')).toEqual({
    code: 1,
    out: '',
    err: 'gatehouse: PORT must be a whole number from 0 to 65535.\n',
  });
  expect((await line.json('migrate')).error.code).toBe('settings');
});

describe('an empty database', () => {
  test('is said to be none, made by migrate with its key, and can have an account before the first start', async () => {
    const place = await openWorkplace();
    const folder = join(place.folder, 'data');
    const file = join(folder, 'gatehouse.db');
    for (const name of Object.keys(line.settings)) delete line.settings[name];
    Object.assign(line.settings, { DATABASE_URL: `sqlite:${file}`, ...place.settings, DATA_DIR: folder });
    const expected = isSqlite ? 'no-store' : 'not-migrated';
    expect(await line.json('audit', 'verify')).toMatchObject({ code: 1, error: { code: expected } });

    const made = await line.json('migrate');
    expect(made).toMatchObject({ code: 0, ok: true });
    expect(made.migrations[0]).toBe('20261121000000_create_accounts');
    expect(made.database).not.toContain('@');
    expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600);
    expect((await line.run('migrate')).out).toMatch(/^The database at .* is up to date\.\n$/);

    const create = ['user', 'create', '--username', 'ana', '--email', 'ana@example.org', '--role', 'admin'];
    expect((await line.run(...create, '--reason', 'founder')).code).toBe(0);
    expect(await line.json('user', 'show', 'ana')).toMatchObject({ code: 0, role: 'admin' });
    await place.clear();
  });
});

describe('a database of another version', () => {
  const NEWER = '29991231000000_rebuild_everything';

  test('that is older is not worked on before it is migrated', async () => {
    const [{ name }] = await line.db('knex_migrations').orderBy('id', 'desc').limit(1).select('name');
    const row = await line.db('knex_migrations').where({ name }).first();
    await line.db('knex_migrations').where({ name }).delete();
    expect(await line.json('user', 'show', 'ana')).toMatchObject({
      code: 1,
      error: { code: 'not-migrated', message: expect.stringContaining('Run gatehouse migrate') },
    });
    await line.db('knex_migrations').insert(row);
  });

  test('that is newer is left alone, by migrate too', async () => {
    await line.db('knex_migrations').insert({ name: NEWER, batch: 9, migration_time: new Date() });
    for (const command of [['migrate'], ['demo'], ['audit', 'verify']]) {
      expect(await line.json(...command)).toMatchObject({
        code: 1,
        error: { code: 'newer-database', message: expect.stringContaining(NEWER) },
      });
    }
    await line.db('knex_migrations').where('name', NEWER).delete();
  });
});

test('demo fills an empty store, once, also when two ask at the same instant', async () => {
  const both = await Promise.all([line.run('demo'), line.run('demo')]);
  expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
  expect(await line.json('demo')).toMatchObject({ code: 1, error: { code: 'not-empty' } });
  expect(await line.db('products').select()).toHaveLength(24);
});

test('a folder that cannot be made is named', async () => {
  const file = join(line.folder, 'a-file');
  writeFileSync(file, '');
  line.settings.DATABASE_URL = `sqlite:${join(file, 'data', 'gatehouse.db')}`;
  expect(await line.json('migrate')).toMatchObject({ code: 1, error: { code: 'folder' } });
});
