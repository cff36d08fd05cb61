import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FailingDatabase, openFailingDatabase } from '../testing/cable.ts';
import { dialectOf } from './dialect.ts';
import { isUnavailable } from './dialect-errors.ts';
import { inTransaction } from './transaction.ts';

let database: FailingDatabase;
beforeAll(async () => {
  database = await openFailingDatabase();
});
afterAll(() => database.drop());

test.each(['alone', 'in a transaction'])(
  'a connection that ends under a query, %s, is an outage',
  async (how) => {
    const { db } = database;
    const slow = dialectOf(db) === 'postgres' ? 'select pg_sleep(?)' : 'select sleep(?)';
    const query = how === 'alone' ? db.raw(slow, [60]) : inTransaction(db, (trx) => trx.raw(slow, [60]));
    const failure = query.then(
      () => undefined,
      (error: unknown) => error,
    );
    await expect.poll(() => db.client.pool.numUsed()).toBe(1);
    await database.fail();
    const error = await failure;
    expect([isUnavailable(error), String(error)]).toEqual([true, expect.any(String)]);
    await database.recover();
  },
);
