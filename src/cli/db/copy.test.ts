import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { parseDatabaseUrl } from '../../config.ts';
import { connect, type Database } from '../../database/connection.ts';
import { knownMigrations, migrate, migrateTo } from '../../database/migrations.ts';
import { fillStore } from '../../database/transfer/filling.ts';
import { withSnapshot } from '../../database/transfer/snapshot.ts';
import { unfinishedTransfer } from '../../database/unfinished-transfer.ts';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { runCaptured } from '../../testing/command-line.ts';
import { type EmptyPlace, openEmptyPlace, unheard } from '../../testing/database.ts';
import { everythingIn } from '../../testing/moved-rows.ts';
import { addOddRows } from '../../testing/odd-rows.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import type { Visitor } from '../../testing/visitor.ts';

const SECRET_KEY = 'lantern-moss-fiddle-barn-7890123';

/** What a store of the first days had run. */
const EARLY = (await knownMigrations()).slice(0, 3);

const places: EmptyPlace[] = [];
const databases: Database[] = [];
afterAll(async () => {
  for (const db of databases) await db.destroy();
  for (const place of places) await place.drop();
});

async function newPlace(url?: string): Promise<EmptyPlace> {
  const place = await openEmptyPlace(url);
  places.push(place);
  return place;
}

function open({ address }: EmptyPlace): Database {
  const db = connect(address, unheard);
  databases.push(db);
  return db;
}

const run = (...args: string[]) => runCaptured(args);

// biome-ignore lint/suspicious/noExplicitAny: it prints another shape for each outcome, and tests say which they expect.
async function copy(from: string, to: string): Promise<any> {
  const { code, out, err } = await run('db', 'copy', '--from', from, '--to', to, '--json');
  return { code, err, ...JSON.parse(out) };
}

/** Opens the store that is in a place, as its owner would with DATABASE_URL leading there. */
function startIn(place: EmptyPlace): Promise<TestApp> {
  const db = connect(place.address, unheard);
  return startTestApp({ SECRET_KEY }, { db, address: place.address, drop: async () => undefined });
}

/** What a store holds, by table. */
async function contentsOf(db: Database): Promise<Record<string, { rows: number; sum: string }>> {
  return Object.fromEntries(await withSnapshot(db, everythingIn));
}

/** Runs of one server take the other along, where there is one: so each of the six directions is gone. */
function stations(): (string | undefined)[] {
  const here = inject('databaseUrl');
  const { TEST_POSTGRES_URL, TEST_MYSQL_URL } = process.env;
  const other = { postgres: TEST_MYSQL_URL, mysql: TEST_POSTGRES_URL, sqlite: undefined };
  const second = other[parseDatabaseUrl(here).dialect];
  return second ? [here, second, undefined, here] : [here, undefined, here];
}

describe('a store that is copied from database to database and back', () => {
  let way: EmptyPlace[];
  let member: Visitor;
  let before: Awaited<ReturnType<typeof contentsOf>>;
  let lastId: number;
  beforeAll(async () => {
    way = [];
    for (const url of stations()) way.push(await newPlace(url));
    const [first] = way as [EmptyPlace];
    await migrate(open(first));
    const app = await startIn(first);
    await addPerson(app.context, 'admin', 'admin');
    member = await signIn(app, 'zoe');
    // Each odd row has a member of its own, also in `event_counts`, which comes before the members.
    await addPerson(app.context, 'mod-mina', 'moderator');
    await addOddRows(app.context.db);
    // The newest member is erased for good: nobody may get that number again.
    lastId = await addPerson(app.context, 'leaver');
    await app.context.db('users').where('id', lastId).delete();
    await app.close();
    before = await contentsOf(open(first));
    expect(Object.entries(before).filter(([, { rows }]) => rows === 0)).toEqual([]);
  });

  test('is the same in each, row by row, and says so', async () => {
    const rows = Object.values(before).reduce((sum, table) => sum + table.rows, 0);
    for (const [index, place] of way.slice(1).entries()) {
      const report = await copy((way[index] as EmptyPlace).url, place.url);
      expect(report).toMatchObject({ code: 0, err: '', ok: true, rows, audit: { sound: true } });
      expect(report.tables).toBe(Object.keys(before).length);
      expect(await contentsOf(open(place))).toEqual(before);
    }
  });

  test('lets its members in at the end of the way: with their session, their password, and new ones', async () => {
    const app = await startIn(way.at(-1) as EmptyPlace);
    const browser = app.visitor();
    for (const [name, value] of member.cookies) browser.cookies.set(name, value);
    expect((await browser.get(paths.store())).status).toBe(200);
    const other = app.visitor();
    expect((await other.logIn('zoe', PASSWORD)).location).toBe(paths.store());
    expect((await app.visitor().register('newcomer', PASSWORD)).location).toBe(paths.login());
    const { id } = await app.context.db('users').where('username', 'newcomer').first('id');
    expect(id).toBeGreaterThan(lastId);
    await app.close();
  });
});

describe('what cannot be copied', () => {
  let source: EmptyPlace;
  let target: EmptyPlace;
  beforeAll(async () => {
    source = await newPlace(inject('databaseUrl'));
    target = await newPlace();
    await migrateTo(open(source), EARLY);
    await open(source)('rate_limits').insert({ key: 'of the source', points: 1, expire: 1 });
  });

  const refusal = (code: string) => ({ code: 1, ok: false, error: { code } });

  test('is a database that is its own target, however it is written', async () => {
    const spellings = [source.url];
    if (source.address.dialect === 'sqlite') {
      const { file } = source.address;
      symlinkSync(dirname(file), `${dirname(file)}-linked`);
      spellings.push(`sqlite:${dirname(file)}/../${dirname(file).split('/').at(-1)}/store.db`);
      spellings.push(`sqlite:${dirname(file)}-linked/store.db`);
    } else {
      const other = new URL(source.url);
      other.hostname = other.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
      spellings.push(other.href.replace(/:\d+\//, '/'));
    }
    for (const spelling of spellings) {
      expect(await copy(source.url, spelling)).toMatchObject(refusal('same'));
    }
    expect(await open(source)('rate_limits').pluck('key')).toEqual(['of the source']);
  });

  test('is what comes to a store: it stays as it is', async () => {
    const other = await newPlace(inject('databaseUrl'));
    const db = open(other);
    await migrateTo(db, EARLY);
    await db('rate_limits').insert({ key: 'of another', points: 1, expire: 1 });
    const before = await contentsOf(db);
    expect(await copy(source.url, other.url)).toMatchObject(refusal('not-empty'));
    expect(await contentsOf(db)).toEqual(before);
    expect(await unfinishedTransfer(db)).toBeUndefined();
  });

  test('is what comes among other tables', async () => {
    const other = await newPlace(inject('databaseUrl'));
    await open(other).schema.createTable('wiki', (table) => table.integer('id').primary());
    const answer = await copy(source.url, other.url);
    expect(answer).toMatchObject(refusal('not-empty'));
    expect(answer.error.message).toContain('other tables (wiki)');
  });

  test('is what is no store, or not there: nothing is made', async () => {
    const empty = await newPlace(inject('databaseUrl'));
    expect(await copy(empty.url, target.url)).toMatchObject(refusal('no-store'));
    const letter = `${dirname((target.address as { file: string }).file)}/letter.db`;
    writeFileSync(letter, 'Dear Alice, this is no database at all. '.repeat(100));
    expect(await copy(`sqlite:${letter}`, target.url)).toMatchObject(refusal('database'));
    expect(await copy(target.url, source.url)).toMatchObject(refusal('no-store'));
  });

  test('is a store of a newer version', async () => {
    const db = open(source);
    const name = '29991231000000_rebuild_everything';
    await db('knex_migrations').insert({ name, batch: 9, migration_time: new Date() });
    expect(await copy(source.url, target.url)).toMatchObject(refusal('newer-database'));
    await db('knex_migrations').where({ name }).delete();
  });

  test('is what goes to a folder that cannot be made, or a file that is none', async () => {
    const folder = dirname((target.address as { file: string }).file);
    writeFileSync(join(folder, 'in-the-way'), '');
    expect(await copy(source.url, `sqlite:${folder}/in-the-way/x/store.db`)).toMatchObject(refusal('folder'));
    mkdirSync(join(folder, 'folder.db'));
    expect(await copy(source.url, `sqlite:${folder}/folder.db`)).toMatchObject(refusal('target'));
  });

  test('is what goes where nothing answers, or to a database that is not there; no password is printed', async () => {
    const nobody = await run('db', 'copy', '--from', source.url, '--to', 'postgres://a:hush@127.0.0.1:1/x');
    expect(nobody).toMatchObject({ code: 1, out: '' });
    expect(nobody.err).toMatch(
      /^gatehouse: The database at postgres:\/\/127\.0\.0\.1:1\/x cannot be written to/,
    );
    if (source.address.dialect === 'sqlite') return;
    const missing = new URL(source.url);
    missing.pathname = '/not_there_at_all';
    // MySQL would first look at the password, and this user has none.
    if (source.address.dialect === 'postgres') missing.password = 'hush';
    const answer = await copy(source.url, missing.href);
    expect(answer).toMatchObject(refusal('no-database'));
    expect(answer.error.message).toMatch(/not_there_at_all\. Make an empty one/);
    expect(JSON.stringify(answer)).not.toContain('hush');
  });

  test.each(['postgress://a:hush@b/c', 'sqlite::memory:', 'sqlite:', 'data/gatehouse.db'])(
    'is an address that is none: %s',
    async (address) => {
      for (const [from, to] of [
        [address, target.url],
        [source.url, address],
      ] as const) {
        const answer = await copy(from, to);
        expect(answer).toMatchObject(refusal('address'));
        expect(JSON.stringify(answer)).not.toContain('hush');
      }
    },
  );

  test('is anything while one address is missing', async () => {
    expect((await run('db', 'copy', '--from', source.url)).code).toBe(2);
  });
});

describe('a copy', () => {
  test('of an older store is of this version', async () => {
    const source = await newPlace(inject('databaseUrl'));
    const db = open(source);
    const names = EARLY.slice(0, 2);
    await migrateTo(db, names);
    const ann = {
      username: 'ann',
      username_key: 'ann',
      email: 'a@b.c',
      email_key: 'a@b.c',
      password_hash: '-',
    };
    await db('users').insert({ ...ann, created_at: 7 });
    const target = await newPlace();
    const answer = await copy(source.url, target.url);
    expect(answer).toMatchObject({ code: 0, rows: 1, audit: { sound: true, rows: 0 } });
    expect([...names, ...answer.migrations]).toEqual(await knownMigrations());
    expect(await open(target)('users').pluck('created_at')).toEqual([7]);
    expect(await db('knex_migrations').pluck('name')).toEqual(names);
  });

  test('that holds a row that cannot be copied is named, marked and refused by every command, until it is made anew', async () => {
    const source = await newPlace();
    const target = await newPlace(inject('databaseUrl'));
    const db = open(source);
    await migrateTo(db, EARLY);
    await db('rate_limits').insert({ key: 'odd', points: 'many', expire: 1 });
    const answer = await copy(source.url, target.url);
    expect(answer).toMatchObject({ code: 1, error: { code: 'row' } });
    expect(answer.error.message).toMatch(/^points of the row key "odd" in rate_limits .* starts over/);

    const marked = /The database at .* cannot be used\. It holds an unfinished copy of .*store\.db, begun /;
    const settings = {
      DATABASE_URL: target.url,
      DATA_DIR: dirname((source.address as { file: string }).file),
    };
    for (const command of ['user list', 'audit verify', 'migrate', 'demo', 'doctor']) {
      const { code, out, err } = await runCaptured(command.split(' '), settings);
      expect([command, code]).toEqual([command, 1]);
      expect(out + err).toMatch(marked);
    }
    expect(await copy(target.url, (await newPlace()).url)).toMatchObject({
      code: 1,
      error: { code: 'unfinished' },
    });

    await db('rate_limits').update({ points: 1 });
    expect(await copy(source.url, target.url)).toMatchObject({ code: 0, startedOver: true });
  });

  test('into a database that is being filled is refused', async () => {
    const [source, target] = [await newPlace(), await newPlace(inject('databaseUrl'))];
    const db = open(source);
    await migrateTo(db, EARLY);
    const first = { what: 'copy', source: 'elsewhere', startedAt: 1, migrations: [] } as const;
    await fillStore(open(target), first, async () => {
      expect(await copy(source.url, target.url)).toMatchObject({ code: 1, error: { code: 'busy' } });
    });
  });

  test('of a store whose audit log is broken is made, and says so', async () => {
    const [source, target] = [await newPlace(), await newPlace()];
    const db = open(source);
    await migrate(db);
    await db('audit_head').update({ sequence: 3, hash: 'x' });
    const { code, out } = await run('db', 'copy', '--from', source.url, '--to', target.url);
    expect(code).toBe(1);
    expect(out).toContain('The audit log is broken at row 1, in the source just as in the copy.');
    expect(await migrate(open(target))).toEqual([]);
  });

  test('leaves other tables of the source where they are, and says which', async () => {
    const [source, target] = [await newPlace(), await newPlace()];
    const db = open(source);
    await migrate(db);
    await db.schema.createTable('wiki', (table) => table.integer('id').primary());
    expect(await copy(source.url, target.url)).toMatchObject({ code: 0, leftOut: ['wiki'] });
  });
});
