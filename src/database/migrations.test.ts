import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { migrate, migrationState } from './migrations.ts';
import { tablesIn } from './transfer/dialect-tables.ts';

const FOLDER = join(PROJECT_FOLDER, 'migrations');
const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.ts'))
  .sort();

interface Migration {
  up: (knex: Knex) => Promise<void>;
  down: (knex: Knex) => Promise<void>;
}

let database: TestDatabase;
let migrations: Migration[];
beforeAll(async () => {
  database = await openTestDatabase();
  migrations = await Promise.all(files.map((file) => import(pathToFileURL(join(FOLDER, file)).href)));
});
afterAll(() => database.drop());

/** The tables of a store: those that are there, but for Knex's own. */
async function tables(): Promise<string[]> {
  return (await tablesIn(database.db)).filter((table) => !table.startsWith('knex_'));
}

/** Every table's columns as the database describes them. */
async function shape(): Promise<unknown[]> {
  return Promise.all((await tables()).map(async (table) => [table, await database.db(table).columnInfo()]));
}

describe('bringing a database up to date', () => {
  test('runs every migration, oldest first, and writes it down by its name without ending', async () => {
    const names = await database.db('knex_migrations').orderBy('id').pluck('name');
    expect(names).toEqual(files.map((file) => file.replace(/\.ts$/, '')));
    expect(await tables()).toEqual(expect.arrayContaining(['users', 'sessions', 'products', 'tasks']));
  });

  test('does nothing the second time', async () => {
    expect(await migrate(database.db)).toEqual([]);
  });

  test('goes on where an older version stopped', async () => {
    const last = migrations.length - 1;
    await migrations[last]?.down(database.db);
    const name = files[last]?.replace(/\.ts$/, '');
    await database.db('knex_migrations').where({ name }).delete();
    expect(await migrationState(database.db)).toEqual({
      pending: [name],
      unknown: [],
      isNew: false,
      isPrerelease: false,
    });
    expect(await migrate(database.db)).toEqual([name]);
    expect(await migrate(database.db)).toEqual([]);
  });

  test('shows what a newer version has run', async () => {
    expect(await migrationState(database.db)).toEqual({
      pending: [],
      unknown: [],
      isNew: false,
      isPrerelease: false,
    });
    const newer = { name: '29991231000000_rebuild_everything', batch: 9, migration_time: new Date() };
    await database.db('knex_migrations').insert(newer);
    expect(await migrationState(database.db)).toEqual({
      pending: [],
      unknown: [newer.name],
      isNew: false,
      isPrerelease: false,
    });
    await database.db('knex_migrations').where('name', newer.name).delete();
  });

  test('knows what was made before the first release, whatever that had run', async () => {
    const [first] = files.map((file) => file.replace(/\.ts$/, ''));
    await database.db('knex_migrations').where('name', first).update({ name: '20261120100000_create_users' });
    expect(await migrationState(database.db)).toMatchObject({ isNew: false, isPrerelease: true });
    await database.db('knex_migrations').where('name', '20261120100000_create_users').update({ name: first });
  });
});

describe('every migration', () => {
  test.each(files)('%s says when it was made and what it does', (file) => {
    expect(file).toMatch(/^20\d{12}_[a-z][a-z_]+[a-z]\.ts$/);
  });

  test('goes back, leaving nothing behind, and comes again as it was', async () => {
    const before = await shape();
    for (const migration of migrations.toReversed()) await migration.down(database.db);
    expect(await tables()).toEqual([]);
    for (const migration of migrations) await migration.up(database.db);
    expect(await shape()).toEqual(before);
  });
});

describe('several processes that bring an empty database up at the same instant', () => {
  let empty: TestDatabase;
  beforeAll(async () => {
    empty = await openTestDatabase();
    for (const migration of migrations.toReversed()) await migration.down(empty.db);
    for (const table of ['knex_migrations', 'knex_migrations_lock']) await empty.db.schema.dropTable(table);
  });
  afterAll(() => empty.drop());

  /** At the same instant on a server. A SQLite in memory has one process, so there one after the other. */
  async function migrateThrice(): Promise<number[]> {
    const inMemory = empty.address.dialect === 'sqlite';
    const first = migrate(empty.db);
    const second = inMemory ? first.then(() => migrate(empty.db)) : migrate(empty.db);
    const third = inMemory ? second.then(() => migrate(empty.db)) : migrate(empty.db);
    return (await Promise.all([first, second, third])).map((ran) => ran.length).sort();
  }

  test('can see before that it is empty, and make nothing by looking', async () => {
    expect(await migrationState(empty.db)).toMatchObject({ unknown: [], isNew: true });
    expect((await migrationState(empty.db)).pending).toHaveLength(files.length);
    expect(await empty.db.schema.hasTable('knex_migrations')).toBe(false);
  });

  test('each find it up to date, and so does the next one', async () => {
    expect(await migrateThrice()).toEqual([0, 0, files.length]);
    expect(await migrate(empty.db)).toEqual([]);
  });

  test('do so too where one was killed just after it made the table of the lock', async () => {
    await empty.db('knex_migrations_lock').delete();
    expect(await migrateThrice()).toEqual([0, 0, 0]);
    expect(await migrate(empty.db)).toEqual([]);
  });
});
