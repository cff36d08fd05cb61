import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openEmptyPlace, openTestDatabase, type TestDatabase, unheard } from '../../testing/database.ts';
import { connect, type Database } from '../connection.ts';
import { dialectOf, insertReturningId } from '../dialect.ts';
import { knownMigrations, migrate, migrateTo } from '../migrations.ts';
import { tablesIn } from './dialect-place.ts';
import { type FillingPlan, FillingRefused, fillStore, KNEX_TABLES, UnwritableRow } from './filling.ts';
import { MARKER, UnfinishedTransfer } from './marker.ts';
import { type Row, TableDigest } from './rows.ts';
import { shapeAfter, type Table } from './shape.ts';
import { type Snapshot, UnreadableRow, withSnapshot } from './snapshot.ts';

const NAMES = ['🦊🍵', 'back\\slash', `o'hara "quoted"`, 'two  spaces at the end  ', 'чай', '%_', 'tab\t'];
const MANY = 2_500;

let names: string[];
let tables: Table[];
beforeAll(async () => {
  names = await knownMigrations();
  tables = await shapeAfter(names);
});

const tableOf = (name: string) => tables.find((table) => table.name === name) as Table;

const user = (name: string, more: object = {}) => ({
  username: name,
  username_key: name,
  email: `${name}@example.org`,
  email_key: `${name}@example.org`,
  password_hash: '-',
  created_at: 1,
  ...more,
});

/** Rows of odd contents in some tables, enough for several batches. */
async function fill(db: Database): Promise<void> {
  const ids: number[] = [];
  for (const [index, name] of NAMES.entries()) {
    const more = { created_at: Number.MAX_SAFE_INTEGER - index, disabled_at: index % 2 ? -index : null };
    ids.push(await insertReturningId(db, 'users', user(name, more)));
  }
  await db('users').where('id', ids.pop()).delete();
  const passkey = { credential_id: '', public_key: 'k', user_handle: 'h', counter: 0, transports: '' };
  for (const backed of [true, false]) {
    const more = {
      user_id: ids[0],
      credential_hash: `${backed}`,
      backed_up: backed,
      name: '',
      created_at: 1,
    };
    await db('passkeys').insert({ ...passkey, ...more });
  }
  for (const size of [0, 3_000_000, 1, 2_000_000]) {
    const content = Buffer.alloc(size, 'every\0\xff');
    await db('pictures').insert({ content_hash: `${size}`, media_type: 'image/png', content });
  }
  for (let from = 0; from < MANY; from += 500) {
    const keys = Array.from({ length: 500 }, (_none, index) => `key ${(from + index) * 7_919}`);
    await db('rate_limits').insert(keys.map((key, index) => ({ key, points: index, expire: from })));
  }
}

async function everything(snapshot: Snapshot): Promise<Map<string, { rows: number; sum: string }>> {
  const found = new Map<string, { rows: number; sum: string }>();
  for (const table of snapshot.tables) {
    const digest = new TableDigest();
    for await (const rows of snapshot.rows(table)) for (const row of rows) digest.add(row);
    expect(await snapshot.count(table)).toBe(digest.rows);
    found.set(table.name, { rows: digest.rows, sum: digest.sum });
  }
  return found;
}

async function rowsOf(snapshot: Snapshot, name: string): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of snapshot.rows(tableOf(name))) all.push(...rows);
  return all;
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the shape of a store', () => {
  test('names each table with the columns that it has here, but for computed ones', async () => {
    const database = await openTestDatabase();
    const here = await tablesIn(database.db);
    const own = tables.map(({ name }) => name);
    expect(own.toSorted()).toEqual(here.filter((name) => !name.startsWith('knex_')));
    for (const { name, columns } of tables) {
      const there = Object.keys(await database.db(name).columnInfo()).filter((column) => column !== 'facet');
      expect(columns.map((column) => column.name)).toEqual(there.sort());
    }
    await database.drop();
  });

  test('puts parents before children, and knows keys, kinds and numbers', () => {
    const place = (name: string) => tables.findIndex((table) => table.name === name);
    expect(place('users')).toBeLessThan(place('sessions'));
    expect(place('token_families')).toBeLessThan(place('refresh_tokens'));
    expect(place('pictures')).toBeLessThan(place('products'));
    expect(tableOf('pictures')).toEqual({
      name: 'pictures',
      columns: [
        { name: 'content', kind: 'bytes' },
        { name: 'content_hash', kind: 'text' },
        { name: 'id', kind: 'number' },
        { name: 'media_type', kind: 'text' },
      ],
      key: ['id'],
      numbered: 'id',
    });
    expect(tableOf('known_browsers')).toMatchObject({ key: ['token_hash', 'user_id'], numbered: undefined });
    expect(tableOf('audit_head')).toMatchObject({ key: ['id'], numbered: undefined });
  });

  test('is that of its time', async () => {
    const early = await shapeAfter(names.slice(0, 1));
    expect(early.map(({ name }) => name)).toEqual(['users']);
    expect(early[0]?.columns.map(({ name }) => name)).not.toContain('frozen_at');
  });
});

describe('a snapshot', () => {
  let source: TestDatabase;
  beforeAll(async () => {
    source = await openTestDatabase();
    await fill(source.db);
  });
  afterAll(() => source.drop());

  test('gives every row as it was written, and all kinds of values as one type each', async () => {
    await withSnapshot(source.db, async (snapshot) => {
      expect(snapshot.migrations).toEqual(names);
      const columns = tableOf('users').columns.map(({ name }) => name);
      const users = await rowsOf(snapshot, 'users');
      const nameAt = columns.indexOf('username');
      expect(users.map((row) => row[nameAt])).toEqual(NAMES.slice(0, -1));
      expect(users[1]?.[columns.indexOf('created_at')]).toBe(Number.MAX_SAFE_INTEGER - 1);
      expect(users[1]?.[columns.indexOf('disabled_at')]).toBe(-1);
      expect(users[2]?.[columns.indexOf('disabled_at')]).toBeNull();
      const backedUp = tableOf('passkeys').columns.findIndex(({ name }) => name === 'backed_up');
      expect((await rowsOf(snapshot, 'passkeys')).map((row) => row[backedUp])).toEqual([1, 0]);
      const pictures = await rowsOf(snapshot, 'pictures');
      expect(pictures.map(([content]) => (content as Buffer).length)).toEqual([0, 3_000_000, 1, 2_000_000]);
    });
  });

  test('comes in batches of bounded size', async () => {
    await withSnapshot(source.db, async (snapshot) => {
      const batches: number[] = [];
      for await (const rows of snapshot.rows(tableOf('rate_limits'))) batches.push(rows.length);
      expect(batches.length).toBeGreaterThan(1);
      expect(batches.reduce((sum, rows) => sum + rows, 0)).toBe(MANY);
      let pictures = 0;
      for await (const rows of snapshot.rows(tableOf('pictures'))) {
        expect(rows.length).toBeLessThan(5);
        pictures += 1;
      }
      expect(pictures).toBeGreaterThan(0);
    });
  });

  test('knows the next numbers, also where the newest row is gone', async () => {
    const next = await withSnapshot(source.db, (snapshot) => snapshot.nextNumbers());
    const highest = async (table: string) => Math.max(...(await source.db(table).pluck('id')));
    expect(next.users).toBe((await highest('users')) + 2);
    expect(next.pictures).toBe((await highest('pictures')) + 1);
    expect(next).not.toHaveProperty('audit_head');
  });

  test('can be left in the middle of a table', async () => {
    const left = failure(
      withSnapshot(source.db, async (snapshot) => {
        for await (const _rows of snapshot.rows(tableOf('rate_limits'))) throw new Error('enough');
      }),
    );
    expect(await left).toMatchObject({ message: 'enough' });
    expect(await withSnapshot(source.db, (snapshot) => snapshot.count(tableOf('users')))).toBe(6);
  });
});

describe('while a snapshot is read', () => {
  test('others write, and it does not see it', async () => {
    const place = await openEmptyPlace(inject('databaseUrl'));
    const db = connect(place.address, unheard);
    await migrate(db);
    await fill(db);
    await withSnapshot(db, async (snapshot) => {
      const before = await everything(snapshot);
      await db('users').insert(user('late'));
      await db('rate_limits').delete();
      await db('pictures').update({ media_type: 'image/gif' });
      expect(await everything(snapshot)).toEqual(before);
    });
    expect(await db('rate_limits')).toEqual([]);
    await db.destroy();
    await place.drop();
  });
});

test('a value that only SQLite would hold is named and not read', async () => {
  const place = await openEmptyPlace();
  const db = connect(place.address, unheard);
  await migrate(db);
  const odd = [
    { created_at: 'yesterday' },
    { created_at: 1.5 },
    { created_at: db.raw('9007199254740993') },
    { password_hash: Buffer.from('bytes') },
  ];
  for (const more of odd) {
    await db('users').insert(user('odd', more));
    const error = await failure(withSnapshot(db, everything));
    expect(error).toBeInstanceOf(UnreadableRow);
    expect((error as Error).message).toMatch(/^(created_at|password_hash) of the row id \d+ in users is no /);
    await db('users').delete();
  }
  await db.destroy();
  await place.drop();
});

describe('a database that is filled', () => {
  let source: TestDatabase;
  let place: Awaited<ReturnType<typeof openEmptyPlace>>;
  let target: Database;
  let plan: FillingPlan;
  let few: FillingPlan;
  beforeAll(async () => {
    source = await openTestDatabase();
    await fill(source.db);
    plan = { what: 'copy', source: 'sqlite.db', startedAt: 1_800_000_000_000, migrations: names };
    // Enough for what is broken off: users, sessions and rate limits.
    few = { ...plan, migrations: names.slice(0, 3) };
  });
  afterAll(() => source.drop());
  beforeEach(async () => {
    place = await openEmptyPlace(inject('databaseUrl'));
    target = connect(place.address, unheard);
    return async () => {
      await target.destroy();
      await place.drop();
    };
  });

  /** Copies the source as it is. */
  const copy = (more: Partial<FillingPlan> = {}) =>
    withSnapshot(source.db, (snapshot) =>
      fillStore(target, { ...plan, ...more }, async (filling) => {
        for (const table of filling.tables) {
          for await (const rows of snapshot.rows(table)) await filling.insert(table, rows);
        }
        const migrations = await filling.complete(await snapshot.nextNumbers());
        return { migrations, startedOver: filling.startedOver };
      }),
    );

  test('holds the same rows, is a store, and goes on with new numbers', async () => {
    expect(await copy()).toEqual({ migrations: [], startedOver: false });
    expect(await withSnapshot(target, everything)).toEqual(await withSnapshot(source.db, everything));
    expect(await tablesIn(target)).toEqual(await tablesIn(source.db));
    expect(await migrate(target)).toEqual([]);
    const next = await withSnapshot(source.db, (snapshot) => snapshot.nextNumbers());
    expect(await insertReturningId(target, 'users', user('new'))).toBe(next.users);
    const request = { email_key: 'a@b', created_at: 1, address: '', user_agent: '' };
    expect(await insertReturningId(target, 'reset_requests', request)).toBe(next.reset_requests);
  });

  test('of an older version gets the migrations that came since', async () => {
    const last = names.at(-1) as string;
    const older = { ...plan, migrations: names.slice(0, -1) };
    const ran = await fillStore(target, older, async (filling) => {
      expect(filling.tables.map(({ name }) => name)).not.toContain('leases');
      await filling.insert(tableOf('rate_limits'), [[5, 'key', 1]]);
      const numbered = tables.filter((table) => table.numbered);
      return filling.complete(Object.fromEntries(numbered.map(({ name }) => [name, 1])));
    });
    expect(ran).toEqual([last]);
    expect(await target('leases').pluck('name')).toEqual(['background']);
    expect(await target('audit_head')).toEqual([]);
  });

  test('that is broken off is no store, and is begun anew', async () => {
    const broken = fillStore(target, few, async (filling) => {
      await filling.insert(tableOf('rate_limits'), [[5, 'left behind', 1]]);
      throw new Error('no more');
    });
    await expect(broken).rejects.toThrow('no more');
    const refusal = await failure(migrate(target));
    expect(refusal).toBeInstanceOf(UnfinishedTransfer);
    expect((refusal as Error).message).toContain(
      'an unfinished copy of sqlite.db, begun 2027-01-15T08:00:00',
    );

    expect(await copy()).toEqual({ migrations: [], startedOver: true });
    expect(await target('rate_limits').where('key', 'left behind')).toEqual([]);
    expect(await withSnapshot(target, everything)).toEqual(await withSnapshot(source.db, everything));
  });

  test('is begun anew also where the first was killed between two tables, or before the mark was written', async () => {
    await migrateTo(target, few.migrations);
    for (const table of ['knex_migrations', 'sessions']) await target.schema.dropTable(table);
    await target.schema.createTable(MARKER, (table) => {
      table.integer('id').primary();
      table.string('what', 16);
      table.text('source');
      table.bigInteger('started_at');
    });
    expect(await failure(migrate(target))).toBeInstanceOf(UnfinishedTransfer);
    const again = await fillStore(target, few, async ({ startedOver }) => startedOver);
    expect(again).toBe(true);
    expect(await tablesIn(target)).toEqual([...KNEX_TABLES, 'rate_limits', 'sessions', 'users']);
  });

  test('is refused, with nothing changed, while a store is in it, unless it is to be replaced', async () => {
    await migrateTo(target, few.migrations);
    await target('users').insert(user('old'));
    const before = await withSnapshot(target, everything);
    const fill = (more: object) => failure(fillStore(target, { ...few, ...more }, async () => undefined));
    expect(await fill({})).toMatchObject({ name: 'FillingRefused', reason: 'store' });
    expect(await withSnapshot(target, everything)).toEqual(before);
    expect(await tablesIn(target)).not.toContain(MARKER);

    expect(await fill({ replace: true })).toBeUndefined();
    expect(await target('users')).toEqual([]);
  });

  test.each([false, true])(
    'is refused while others have tables there, replaced or not: %s',
    async (replace) => {
      await target.schema.createTable('wiki_pages', (table) => table.integer('id').primary());
      const refusal = await failure(copy({ replace }));
      expect(refusal).toMatchObject({ name: 'FillingRefused', reason: 'foreign', message: 'wiki_pages' });
      expect(await tablesIn(target)).toEqual(['wiki_pages']);
    },
  );

  test('is refused to a second one while the first fills it, and the first goes on', async () => {
    const other = connect(place.address, unheard);
    await fillStore(target, few, async () => {
      const second = await failure(fillStore(other, few, async () => undefined));
      expect(second).toBeInstanceOf(FillingRefused);
      expect(second).toMatchObject({ reason: 'busy' });
    });
    await other.destroy();
    expect(await tablesIn(target)).not.toContain(MARKER);
  });

  test('says which row it does not take', async () => {
    const good: Row = [1, 'good', 1];
    const again = fillStore(target, few, (filling) =>
      filling.insert(tableOf('rate_limits'), [good, [1, 'bad', null], [2, 'good', 1]]),
    );
    const error = await failure(again);
    expect(error).toBeInstanceOf(UnwritableRow);
    expect((error as Error).message).toMatch(/^The row key "bad" of rate_limits could not be written: /);
  });

  test('does not take half a character, nor on PostgreSQL the character 0', async () => {
    await fillStore(target, few, async ({ insert }) => {
      const write = (key: string) => failure(insert(tableOf('rate_limits'), [[null, key, 1]]));
      expect(await write('whole 🦊')).toBeUndefined();
      const half = expect.stringContaining('half a character');
      expect(await write('half \ud83e')).toMatchObject({ name: 'UnwritableRow', message: half });
      const zero = await write('zero \0');
      const isTaken = dialectOf(target) !== 'postgres';
      const row = 'The row key "zero \\u0000" of rate_limits';
      if (!isTaken) expect((zero as Error).message).toContain(`${row} could not be written: key holds`);
      const keys = await target('rate_limits').orderBy('key').pluck('key');
      expect(keys).toEqual(isTaken ? ['whole 🦊', 'zero \0'] : ['whole 🦊']);
    });
  });
});
