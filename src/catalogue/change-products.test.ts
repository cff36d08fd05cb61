import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { stockShelf } from '../testing/shelf.ts';
import { changeProducts } from './change-products.ts';
import { readVersion } from './products.table.ts';

let database: TestDatabase;
let ids: number[];
beforeAll(async () => {
  database = await openTestDatabase();
  await stockShelf(database.db, {
    Tea: [
      { name: 'Assam', onHand: 30 },
      { name: 'Darjeeling', onHand: 3 },
    ],
  });
  ids = await database.db('products').orderBy('id').pluck('id');
});
afterAll(() => database.drop());

/** Whether the version grew with a change of the first or second product. */
async function raises(which: number, change: Record<string, unknown>): Promise<boolean> {
  const before = await readVersion(database.db);
  await inTransaction(database.db, (trx) =>
    changeProducts(trx, ids, async () =>
      trx('products')
        .where('id', ids[which] as number)
        .update(change),
    ),
  );
  return (await readVersion(database.db)) > before;
}

test.each<[string, number, Record<string, unknown>, boolean]>([
  ['one piece less of plenty', 0, { on_hand: 29 }, false],
  ['plenty that becomes few', 0, { on_hand: 5 }, true],
  ['one piece less of few', 1, { on_hand: 2 }, true],
  ['the last piece', 1, { on_hand: 0 }, true],
  ['a price', 0, { price_minor: 200 }, true],
  ['the same price', 0, { price_minor: 200 }, false],
  ['a name', 1, { name: 'Darjeeling Gold' }, true],
  ['a description', 1, { description: 'First flush.' }, true],
  ['a picture', 1, { picture_id: null }, true],
])(
  'the catalogue’s version is raised where what is shown changes: %s',
  async (_what, which, change, raised) => {
    expect(await raises(which, change)).toBe(raised);
  },
);

test('work that counts down in what it was given raises the version as well', async () => {
  await database
    .db('products')
    .where('id', ids[0] as number)
    .update({ on_hand: 3 });
  const before = await readVersion(database.db);
  await inTransaction(database.db, (trx) =>
    changeProducts(trx, ids.slice(0, 1), async ([tea]) => {
      if (!tea) return;
      tea.onHand -= 1;
      await trx('products').where('id', tea.id).update({ on_hand: tea.onHand });
    }),
  );
  expect(await readVersion(database.db)).toBeGreaterThan(before);
});

test('products are locked in the order of their ids, whatever order they are asked for in', async () => {
  const backwards = [...ids].reverse();
  const change = (trx: Transaction, some: number[]) =>
    changeProducts(trx, some, (products) =>
      trx('products').whereIn('id', ids).increment('price_minor', products.length),
    );
  await Promise.all(
    Array.from({ length: 10 }, (_none, round) =>
      inTransaction(database.db, (trx) => change(trx, round % 2 ? ids : backwards)),
    ),
  );
  expect(await database.db('products').orderBy('id').pluck('price_minor')).toEqual([220, 120]);
});
