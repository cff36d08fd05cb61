import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { byteOrder, forEachDialect } from './dialect.ts';
import { type OrderColumn, readFrom } from './keyset.ts';

interface Item {
  id: number;
  size: number;
  name: string;
}

/** In an order of no column; many have the same size, some the same name. */
const ITEMS: Item[] = [7, 3, 11, 1, 9, 5, 2, 12, 8, 4, 10, 6].map((id) => {
  return { id, size: id % 3, name: ['b', 'B', 'a', 'é'][id % 4] as string };
});

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db.schema.createTable('items', (table) => {
    table.integer('id').primary();
    table.integer('size').notNullable();
    table.string('name', 10).notNullable();
    forEachDialect(table, database.db);
  });
  await database.db('items').insert(ITEMS);
});
afterAll(() => database.drop());

const ORDERS: OrderColumn[][] = [
  [{ column: 'id' }],
  [{ column: 'id', order: 'desc' }],
  [{ column: 'size' }, { column: 'id' }],
  [{ column: 'size', order: 'desc' }, { column: 'id' }],
  [{ column: 'size' }, { column: 'name', order: 'desc' }, { column: 'id' }],
  [{ column: 'name' }, { column: 'size', order: 'desc' }, { column: 'id', order: 'desc' }],
];

test.each(ORDERS.map((order) => [order]))(
  'each row has its neighbours on both sides, by %j',
  async (order) => {
    const { db } = database;
    const names = order.map(({ column }) => column as keyof Item);
    const columns = order.map((one) =>
      one.column === 'name' ? { ...one, column: byteOrder(db, 'name') } : one,
    );
    const all = await readFrom<Item>(db('items').select(), columns, { limit: 100 });
    expect(all.map(({ id }) => id)).toEqual(ITEMS.toSorted(comparing(order)).map(({ id }) => id));
    for (const [index, row] of all.entries()) {
      const values = names.map((name) => row[name]);
      const read = (direction: 'after' | 'before') =>
        readFrom<Item>(db('items').select(), columns, { place: { values, direction }, limit: 4 });
      expect(await read('after')).toEqual(all.slice(index + 1, index + 5));
      expect(await read('before')).toEqual(all.slice(Math.max(0, index - 4), index));
    }
  },
);

function comparing(order: OrderColumn[]) {
  return (one: Item, other: Item): number => {
    for (const { column, order: direction } of order) {
      const [left, right] = [one[column as keyof Item], other[column as keyof Item]];
      if (left !== right) return left < right === (direction !== 'desc') ? -1 : 1;
    }
    return 0;
  };
}
