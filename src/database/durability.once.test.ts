import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmptyPlace, openEmptyPlace, unheard } from '../testing/database.ts';
import { connect, type Database } from './connection.ts';
import { readerOf } from './dialect.ts';

// What SQLite promises of a commit when the power goes, by the settings of its connections.

/** As SQLite counts them (https://sqlite.org/pragma.html#pragma_synchronous): NORMAL is 1. */
const FULL = 2;

let place: EmptyPlace;
let db: Database;
beforeAll(async () => {
  place = await openEmptyPlace();
  db = connect(place.address, unheard);
  await db.schema.createTable('things', (table) => void table.increments('id'));
});
afterAll(async () => {
  await db.destroy();
  await place.drop();
});

test('a connection that writes has each commit on the disk before it is answered', async () => {
  const again = connect(place.address, unheard);
  for (const one of [db, again]) {
    expect(await one.raw('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await one.raw('pragma synchronous')).toEqual([{ synchronous: FULL }]);
    await one.transaction(async (trx) =>
      expect(await trx.raw('pragma synchronous')).toEqual([{ synchronous: FULL }]),
    );
  }
  await again.destroy();
});

test('the connection beside it cannot write', () => {
  const reader = readerOf(db) as { exec: (sql: string) => void };
  expect(() => reader.exec('insert into things default values')).toThrow(/readonly/);
});
