import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openEmptyPlace, openTestDatabase, type TestDatabase, unheard } from '../../testing/database.ts';
import { everythingIn, failureOf, fillSome, MANY, NAMES } from '../../testing/moved-rows.ts';
import { userRow } from '../../testing/tables.ts';
import { connect, type Database } from '../connection.ts';
import { dialectOf } from '../dialect.ts';
import { knownMigrations, migrate } from '../migrations.ts';
import { tablesIn } from './dialect-tables.ts';
import type { Row } from './rows.ts';
import { shapeAfter, type Table } from './shape.ts';
import { type Snapshot, UnreadableRow, withSnapshot } from './snapshot.ts';

let names: string[];
let tables: Table[];
beforeAll(async () => {
  names = await knownMigrations();
  tables = await shapeAfter(names);
});

const tableOf = (name: string) => tables.find((table) => table.name === name) as Table;

async function rowsOf(snapshot: Snapshot, name: string): Promise<Row[]> {
  const all: Row[] = [];
  for await (const rows of snapshot.rows(tableOf(name))) all.push(...rows);
  return all;
}

describe('the shape of a store', () => {
  test('names each table with the columns that it has here', async () => {
    const database = await openTestDatabase();
    const here = await tablesIn(database.db);
    const own = tables.map(({ name }) => name);
    expect(own.toSorted()).toEqual(here.filter((name) => !name.startsWith('knex_')));
    for (const { name, columns } of tables) {
      const there = Object.keys(await database.db(name).columnInfo());
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
    expect(early.map(({ name }) => name)).toContain('users');
    expect(early.map(({ name }) => name)).not.toContain('sessions');
  });
});

describe('a snapshot', () => {
  let source: TestDatabase;
  beforeAll(async () => {
    source = await openTestDatabase();
    await fillSome(source.db);
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

  test('does not fill the memory where large rows come after many small ones', async () => {
    const rows = Array.from({ length: 900 }, (_, number) => {
      return {
        message_id: `m${number}`,
        encrypted_mail: 'x'.repeat(number < 400 ? 0 : 30_000),
        created_at: 1,
      };
    });
    await source.db.batchInsert('outbox', rows, 50);
    await withSnapshot(source.db, async (snapshot) => {
      const sizes: number[] = [];
      for await (const batch of snapshot.rows(tableOf('outbox'))) sizes.push(JSON.stringify(batch).length);
      expect(Math.max(...sizes)).toBeLessThan(8_000_000);
    });
    await source.db('outbox').delete();
  });

  test('gives each row once, however its key is sorted', async () => {
    // Upper and lower case, what sorts before the space that MySQL pads with, what patterns and quotes are made of.
    const beginnings = ['a', 'A', 'ä', 'a\t', 'a b', '', ' ', "'", '\\', '%', '_', '?', '🦊', '\uffef'];
    const actions = beginnings.flatMap((text) => Array.from({ length: 90 }, (_, number) => text + number));
    const keys = [0, 9, 10].flatMap((user_id) => actions.map((action) => ({ user_id, action, began_at: 1 })));
    await source.db.batchInsert('event_counts', keys, 500);
    const columns = tableOf('event_counts').columns.map(({ name }) => name);
    const found = await withSnapshot(source.db, (snapshot) => rowsOf(snapshot, 'event_counts'));
    const keyOf = (row: Row) => `${row[columns.indexOf('user_id')]} ${row[columns.indexOf('action')]}`;
    const known = (await source.db('event_counts')).map(({ user_id, action }) => `${user_id} ${action}`);
    expect(known.length).toBeGreaterThanOrEqual(keys.length);
    expect(found.map(keyOf).sort()).toEqual(known.sort());
  });

  test('knows the next numbers, also where the newest row is gone', async () => {
    const next = await withSnapshot(source.db, (snapshot) => snapshot.nextNumbers());
    const highest = async (table: string) => Math.max(...(await source.db(table).pluck('id')));
    expect(next.users).toBe((await highest('users')) + 2);
    expect(next.pictures).toBe((await highest('pictures')) + 1);
    expect(next).not.toHaveProperty('audit_head');
  });

  test('can be left in the middle of a table', async () => {
    const left = failureOf(
      withSnapshot(source.db, async (snapshot) => {
        for await (const _rows of snapshot.rows(tableOf('rate_limits'))) throw new Error('enough');
      }),
    );
    expect(await left).toMatchObject({ message: 'enough' });
    expect(await withSnapshot(source.db, (snapshot) => snapshot.count(tableOf('users')))).toBe(6);
  });
});

/** As a migration of a later version would: a column that servers can only add by writing every row anew. */
async function rewriteUsers(db: Database): Promise<void> {
  const added =
    dialectOf(db) === 'sqlite' ? 'integer' : 'integer generated always as (length(username)) stored';
  await db.transaction(async (trx) => {
    await trx.schema.alterTable('users', (table) => {
      table.specificType('name_length', added);
    });
    const name = '29991231000000_rebuild_users';
    await trx('knex_migrations').insert({ name, batch: 9, migration_time: new Date() });
  });
}

describe('while a snapshot is read', () => {
  test('others write, and it does not see it', async () => {
    const place = await openEmptyPlace(inject('databaseUrl'));
    const db = connect(place.address, unheard);
    await migrate(db);
    await fillSome(db);
    await withSnapshot(db, async (snapshot) => {
      const before = await everythingIn(snapshot);
      await db('users').insert(userRow('late'));
      await db('rate_limits').delete();
      await db('pictures').update({ media_type: 'image/gif' });
      expect(await everythingIn(snapshot)).toEqual(before);
    });
    expect(await db('rate_limits')).toEqual([]);
    await db.destroy();
    await place.drop();
  });

  test('a migration that writes a table anew costs no row of it: all are read, or none', async () => {
    const place = await openEmptyPlace(inject('databaseUrl'));
    const db = connect(place.address, unheard);
    await migrate(db);
    await db('users').insert(userRow('ana'));
    const read = withSnapshot(db, async (snapshot) => {
      await rewriteUsers(db);
      return (await everythingIn(snapshot)).get('users')?.rows;
    });
    const outcome = await read.catch((error) => error.message);
    expect(outcome).toBeOneOf([1, expect.stringMatching(/migrated|definition has changed/)]);
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
    await db('users').insert(userRow('odd', more));
    const error = await failureOf(withSnapshot(db, everythingIn));
    expect(error).toBeInstanceOf(UnreadableRow);
    expect((error as Error).message).toMatch(/^(created_at|password_hash) of the row id \d+ in users is no /);
    await db('users').delete();
  }
  await db.destroy();
  await place.drop();
});
