import { afterAll, beforeAll, expect, test } from 'vitest';
import { enableQueryTimeout } from '../database/query-timeout.ts';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { type FailingDatabase, openFailingDatabase } from '../testing/cable.ts';

let database: FailingDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await openFailingDatabase();
  enableQueryTimeout(database.db, 5_000)();
  app = await startTestApp({}, database);
});
afterAll(() => app.close());

test('a database that says nothing is told to the balancer before the store gives it up', async () => {
  // One connection for each, open and idle.
  await Promise.all([database.db.raw('select 1'), database.db.raw('select 1')]);
  database.silence();
  let isGivenUp = false;
  const query = database.db.raw('select 1').catch(() => {
    isGivenUp = true;
  });
  const { status, text } = await app.visitor().get(paths.ready());
  expect([status, text]).toEqual([503, '{"status":"database"}']);
  expect(isGivenUp).toBe(false);
  await query;
  expect(isGivenUp).toBe(true);
});
