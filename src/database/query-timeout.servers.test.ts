import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FailingDatabase, openFailingDatabase } from '../testing/cable.ts';
import { dialectOf } from './dialect.ts';
import { isUnavailable } from './dialect-errors.ts';
import { prepare } from './prepared.ts';
import { enableQueryTimeout } from './query-timeout.ts';
import { inTransaction } from './transaction.ts';

// A server whose machine is gone answers nothing at all: no error, no end of the connection.

const TIMEOUT = 300;

let database: FailingDatabase;
let findUsers: () => Promise<unknown[]>;
beforeAll(async () => {
  database = await openFailingDatabase();
  enableQueryTimeout(database.db, TIMEOUT)();
  const find = prepare<{ id: number }, { id: number }>((db, param) =>
    db('users').where('id', param('id')).select('id'),
  );
  findUsers = () => find(database.db, { id: 1 });
});
afterAll(() => database.drop());

test.each<[string, () => Promise<unknown>]>([
  ['a query', async () => database.db('users').select()],
  [
    'the begin of a transaction',
    async () => inTransaction(database.db, async (trx) => trx('users').delete()),
  ],
  ['a prepared query', async () => findUsers()],
])('%s that nobody answers is an outage, and what is asked next is answered', async (_name, ask) => {
  expect(await ask()).toEqual(expect.anything());
  database.silence();
  const error = await ask().catch((reason: unknown) => reason);
  expect([isUnavailable(error), String(error)]).toEqual([true, expect.any(String)]);
  await expect.poll(async () => ask().catch(() => undefined)).toEqual(expect.anything());
});

test('so is the end of a transaction, of which nobody knows whether it counts', async () => {
  const ending = inTransaction(database.db, async (trx) => {
    await trx('users').delete();
    database.silence();
  });
  expect(isUnavailable(await ending.catch((reason: unknown) => reason))).toBe(true);
});

test('before the limit begins a query may take its time', async () => {
  const begin = enableQueryTimeout(database.db, 10);
  const sleeping = dialectOf(database.db) === 'postgres' ? 'select pg_sleep(0.1)' : 'select sleep(0.1)';
  await database.db.raw(sleeping);
  begin();
  await expect
    .poll(async () => isUnavailable(await database.db.raw(sleeping).catch((error: unknown) => error)))
    .toBe(true);
});
