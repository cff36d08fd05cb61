import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { bytesColumn, createTable } from '../../migrations/support/tables.ts';
import { parseDatabaseUrl } from '../config/config.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { dialectOf, insertReturningId } from './dialect.ts';
import { isConflict, isUnavailable, isUniqueViolation, writeRefusalOf } from './dialect-errors.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await createTable(db, 'things', (table) => {
    table.increments('id');
    table.string('name', 60).notNullable().unique();
    table.bigInteger('large');
    bytesColumn(table, db, 'bytes');
  });
});
afterAll(() => database.drop());

const things = () => database.db('things');

test('the dialect is that of the address, in a transaction too', async () => {
  const { dialect } = parseDatabaseUrl(inject('databaseUrl'));
  expect(dialectOf(database.db)).toBe(dialect);
  await database.db.transaction(async (trx) => expect(dialectOf(trx)).toBe(dialect));
});

describe('numbers', () => {
  test.each([0, 1_800_000_000_000, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])(
    'of 64 bits arrive as numbers: %d',
    async (large) => {
      const id = await insertReturningId(database.db, 'things', { name: `large ${large}`, large });
      expect((await things().where({ id }).first('large')).large).toBe(large);
    },
  );

  test('that are missing arrive as null', async () => {
    const id = await insertReturningId(database.db, 'things', { name: 'no number' });
    expect(await things().where({ id }).first('large', 'bytes')).toEqual({ large: null, bytes: null });
  });

  test('that count rows arrive as numbers', async () => {
    const { count } = (await things().count({ count: '*' }).first()) as { count: unknown };
    expect(count).toBeTypeOf('number');
  });
});

describe('an inserted row', () => {
  test('tells the id that the database chose', async () => {
    const first = await insertReturningId(database.db, 'things', { name: 'first' });
    const second = await insertReturningId(database.db, 'things', { name: 'second' });
    expect(second).toBeGreaterThan(first);
    expect((await things().where({ id: second }).first('name')).name).toBe('second');
  });

  test('tells it inside a transaction, and is gone when that is undone', async () => {
    let id = 0;
    const undone = database.db.transaction(async (trx) => {
      id = await insertReturningId(trx, 'things', { name: 'undone' });
      expect(await trx('things').where({ id }).first('name')).toEqual({ name: 'undone' });
      throw new Error('no');
    });
    await expect(undone).rejects.toThrow('no');
    expect(await things().where({ id }).first()).toBeUndefined();
  });
});

describe('bytes', () => {
  test('come back as they went in, every value of them', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    const id = await insertReturningId(database.db, 'things', { name: 'bytes', bytes });
    const back = (await things().where({ id }).first('bytes')).bytes;
    expect(Buffer.isBuffer(back)).toBe(true);
    expect(bytes.equals(back)).toBe(true);
  });

  test('of a large picture fit, and so do none', async () => {
    for (const [name, size] of [
      ['large', 1_000_000],
      ['empty', 0],
    ] as const) {
      const id = await insertReturningId(database.db, 'things', { name, bytes: Buffer.alloc(size, 7) });
      expect((await things().where({ id }).first('bytes')).bytes).toHaveLength(size);
    }
  });
});

describe('text', () => {
  test.each(['tea', 'Tee für Zoë', 'чай', '茶', '🦊🍵', 'back\\slash', "o'hara", '"quoted"', '% _ !'])(
    'comes back as it went in: %s',
    async (name) => {
      const id = await insertReturningId(database.db, 'things', { name });
      expect((await things().where({ id }).first('name')).name).toBe(name);
      expect(await things().where({ name }).pluck('id')).toEqual([id]);
    },
  );

  test.each([
    ['case', 'Mint', 'mint'],
    ['an accent', 'the', 'thé'],
    ['how an accent is written', 'caf\u00e9', 'cafe\u0301'],
  ])('that differs in %s is another text', async (_what, one, other) => {
    const id = await insertReturningId(database.db, 'things', { name: one });
    expect(await things().where({ name: other }).pluck('id')).toEqual([]);
    const otherId = await insertReturningId(database.db, 'things', { name: other });
    expect(await things().where({ name: one }).pluck('id')).toEqual([id]);
    expect(otherId).not.toBe(id);
  });

  test('that is too long is refused, not cut, on the databases that know lengths', async () => {
    const name = 'x'.repeat(61);
    const refused = await insertReturningId(database.db, 'things', { name }).then(
      () => false,
      () => true,
    );
    expect(refused).toBe(dialectOf(database.db) !== 'sqlite');
    expect(await things().where('name', 'x'.repeat(60)).pluck('id')).toEqual([]);
  });
});

describe('what went wrong', () => {
  const failure = (query: PromiseLike<unknown>) =>
    query.then(
      () => undefined,
      (error: unknown) => error,
    );

  test('is recognised when a unique value is there already, and is nothing else', async () => {
    await things().insert({ name: 'twice' });
    const error = await failure(things().insert({ name: 'twice' }));
    expect([isUniqueViolation(error), isConflict(error), isUnavailable(error)]).toEqual([true, false, false]);
    const byId = await failure(things().insert({ id: 1, name: 'the same id' }));
    expect(isUniqueViolation(byId)).toBe(true);
  });

  test.each([
    ['a table that is not there', () => database.db('nothings').select()],
    ['a column that is not there', () => things().select('nothing')],
    ['a value that must be there', () => things().insert({ large: 1 })],
    ['words that are no SQL', () => database.db.raw('selekt 1')],
  ])('is ours to mend when it is %s', async (_what, query) => {
    const error = await failure(query());
    expect(error).toBeInstanceOf(Error);
    expect([isUniqueViolation(error), isConflict(error), isUnavailable(error)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  test.each([
    ['that the others are gone', 'ER_UNKNOWN_COM_ERROR', { again: false, later: true }],
    ['that they went within a commit', 'ER_ERROR_DURING_COMMIT', { again: false, later: true }],
    ['that another write came first', 'ER_QUERY_INTERRUPTED', { again: true, later: true }],
  ])('is known when a node of a cluster says %s', (_what, code, { again, later }) => {
    const error = Object.assign(new Error(code), { code });
    expect([isUniqueViolation(error), isConflict(error), isUnavailable(error)]).toEqual([
      false,
      again,
      later,
    ]);
  });

  test.each([
    ['SQLITE_FULL', 'disk full'],
    ['53100', 'disk full'],
    ['ER_DISK_FULL', 'disk full'],
    ['ER_RECORD_FILE_FULL', 'disk full'],
    ['SQLITE_IOERR_SHMSIZE', 'disk error'],
    ['SQLITE_READONLY', 'read-only'],
    ['25006', 'read-only'],
    ['ER_OPTION_PREVENTS_STATEMENT', 'read-only'],
    ['SQLITE_BUSY', undefined],
    ['ECONNRESET', undefined],
  ])('is known when nothing can be written: %s is %s', (code, refusal) => {
    const error = Object.assign(new Error(code), { code });
    expect([writeRefusalOf(error), isUnavailable(error)]).toEqual([refusal, true]);
  });

  test.each([undefined, null, 'text', 7, {}, new Error('x'), { code: 7 }])(
    'is nothing known: %s',
    (error) => {
      expect([isUniqueViolation(error), isConflict(error), isUnavailable(error)]).toEqual([
        false,
        false,
        false,
      ]);
    },
  );
});
