import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { openEmptyPlace, openTestDatabase, type TestDatabase, unheard } from '../../testing/database.ts';
import { everythingIn, failureOf, fillSome } from '../../testing/moved-rows.ts';
import { userRow } from '../../testing/tables.ts';
import { connect, type Database } from '../connection.ts';
import { dialectOf, insertReturningId } from '../dialect.ts';
import { knownMigrations, migrate, migrateTo } from '../migrations.ts';
import { MARKER, UnfinishedTransfer } from '../unfinished-transfer.ts';
import { tablesIn } from './dialect-tables.ts';
import { type FillingPlan, FillingRefused, fillStore, KNEX_TABLES, UnwritableRow } from './fill-database.ts';
import type { Row } from './rows.ts';
import { shapeAfter, type Table } from './shape.ts';
import { withSnapshot } from './snapshot.ts';

let names: string[];
let tables: Table[];
beforeAll(async () => {
  names = await knownMigrations();
  tables = await shapeAfter(names);
});

const tableOf = (name: string) => tables.find((table) => table.name === name) as Table;

describe('a database that is filled', () => {
  let source: TestDatabase;
  let place: Awaited<ReturnType<typeof openEmptyPlace>>;
  let target: Database;
  let plan: FillingPlan;
  let few: FillingPlan;
  beforeAll(async () => {
    source = await openTestDatabase();
    await fillSome(source.db);
    plan = { source: 'sqlite.db', startedAt: 1_800_000_000_000, migrations: names };
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
    expect(await withSnapshot(target, everythingIn)).toEqual(await withSnapshot(source.db, everythingIn));
    expect(await tablesIn(target)).toEqual(await tablesIn(source.db));
    expect(await migrate(target)).toEqual([]);
    const next = await withSnapshot(source.db, (snapshot) => snapshot.nextNumbers());
    expect(await insertReturningId(target, 'users', userRow('new'))).toBe(next.users);
    const request = { email_key: 'a@b', created_at: 1, address: '', user_agent: '' };
    expect(await insertReturningId(target, 'reset_requests', request)).toBe(next.reset_requests);
  });

  test('is left as it was where it cannot be emptied', async () => {
    if (dialectOf(target) !== 'postgres') return;
    await migrate(target);
    await target('users').insert(userRow('ana'));
    await target.raw('create materialized view report as select count(*) from users');
    expect(await failureOf(copy({ replace: true }))).toMatchObject({
      reason: 'unwritable',
      message: '2BP01: cannot drop table users because other objects depend on it',
    });
    expect(await tablesIn(target)).toEqual(await tablesIn(source.db));
    expect(await target('users').pluck('username')).toEqual(['ana']);
  });

  test('of an older version gets the migrations that came since', async () => {
    const since = names.findIndex((name) => name.endsWith('create_catalogue'));
    const older = { ...plan, migrations: names.slice(0, since) };
    const ran = await fillStore(target, older, async (filling) => {
      expect(filling.tables.map(({ name }) => name)).not.toContain('catalogue_version');
      await filling.insert(tableOf('rate_limits'), [[5, 'key', 1]]);
      const numbered = tables.filter((table) => table.numbered);
      return filling.complete(Object.fromEntries(numbered.map(({ name }) => [name, 1])));
    });
    expect(ran).toEqual(names.slice(since));
    expect(await target('catalogue_version').pluck('id')).toEqual([1]);
    expect(await target('audit_head')).toEqual([]);
  });

  test('that is broken off is no store, and is begun anew', async () => {
    const broken = fillStore(target, few, async (filling) => {
      await filling.insert(tableOf('rate_limits'), [[5, 'left behind', 1]]);
      throw new Error('no more');
    });
    await expect(broken).rejects.toThrow('no more');
    const refusal = await failureOf(migrate(target));
    expect(refusal).toBeInstanceOf(UnfinishedTransfer);
    expect((refusal as Error).message).toContain(
      'an unfinished restore of sqlite.db, begun 2027-01-15T08:00:00',
    );

    expect(await copy()).toEqual({ migrations: [], startedOver: true });
    expect(await target('rate_limits').where('key', 'left behind')).toEqual([]);
    expect(await withSnapshot(target, everythingIn)).toEqual(await withSnapshot(source.db, everythingIn));
  });

  test('is begun anew also where the first was killed between two tables, or before the mark was written', async () => {
    await migrateTo(target, few.migrations);
    for (const table of ['knex_migrations', 'sessions']) await target.schema.dropTable(table);
    await target.schema.createTable(MARKER, (table) => {
      table.integer('id').primary();
      table.text('source');
      table.bigInteger('started_at');
    });
    expect(await failureOf(migrate(target))).toBeInstanceOf(UnfinishedTransfer);
    const again = await fillStore(target, few, async ({ startedOver }) => startedOver);
    expect(again).toBe(true);
    expect(await tablesIn(target)).toEqual(
      [...KNEX_TABLES, ...(await shapeAfter(few.migrations)).map(({ name }) => name)].sort(),
    );
  });

  test('is refused, with nothing changed, while a store is in it, unless it is to be replaced', async () => {
    await migrateTo(target, few.migrations);
    await target('users').insert(userRow('old'));
    const before = await withSnapshot(target, everythingIn);
    const fill = (more: object) => failureOf(fillStore(target, { ...few, ...more }, async () => undefined));
    expect(await fill({})).toMatchObject({ name: 'FillingRefused', reason: 'store' });
    expect(await withSnapshot(target, everythingIn)).toEqual(before);
    expect(await tablesIn(target)).not.toContain(MARKER);

    expect(await fill({ replace: true })).toBeUndefined();
    expect(await target('users')).toEqual([]);
  });

  test.each([false, true])(
    'is refused while others have tables there, replaced or not: %s',
    async (replace) => {
      await target.schema.createTable('wiki_pages', (table) => table.integer('id').primary());
      const refusal = await failureOf(copy({ replace }));
      expect(refusal).toMatchObject({ name: 'FillingRefused', reason: 'foreign', message: 'wiki_pages' });
      expect(await tablesIn(target)).toEqual(['wiki_pages']);
    },
  );

  test('is refused to a second one while the first fills it, and the first goes on', async () => {
    const other = connect(place.address, unheard);
    await fillStore(target, few, async () => {
      const second = await failureOf(fillStore(other, few, async () => undefined));
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
    const error = await failureOf(again);
    expect(error).toBeInstanceOf(UnwritableRow);
    expect((error as Error).message).toMatch(/^The row key "bad" of rate_limits could not be written: /);
  });

  test('does not take half a character, nor on PostgreSQL the character 0', async () => {
    await fillStore(target, few, async ({ insert }) => {
      const write = (key: string) => failureOf(insert(tableOf('rate_limits'), [[null, key, 1]]));
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
