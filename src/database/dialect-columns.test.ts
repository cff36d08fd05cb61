import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTable, idColumn } from '../../migrations/support/tables.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { withoutCascades } from './dialect-columns.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await createTable(db, 'parents', (table) => {
    table.increments('id');
    table.string('name', 60);
  });
  await createTable(db, 'children', (table) => {
    table.increments('id');
    idColumn(table, 'parent_id', 'parents').onDelete('CASCADE');
  });
});
afterAll(() => database.drop());

test('a table that loses a column keeps what belongs to its rows, which goes with them afterwards', async () => {
  const { db } = database;
  await db('parents').insert({ id: 1, name: 'ann' });
  await db('children').insert({ id: 2, parent_id: 1 });
  const dropName = () =>
    db.transaction((trx) => trx.schema.alterTable('parents', (table) => table.dropColumn('name')));
  await withoutCascades(db, async () => {
    await dropName();
  });
  expect(await db('parents')).toEqual([{ id: 1 }]);
  expect(await db('children')).toEqual([{ id: 2, parent_id: 1 }]);
  await db('parents').delete();
  expect(await db('children')).toEqual([]);
});
