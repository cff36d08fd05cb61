import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { dialectOf } from './dialect.ts';
import { holdLock } from './dialect-lock.ts';
import { whileReading } from './transfer/dialect-read.ts';

// MySQL ends a connection that was quiet for wait_timeout seconds, which some set to a minute.

const HOUR = 3_600;
const QUESTION = 'select @@wait_timeout as seconds';

let database: TestDatabase;
let connections: Connection[];
beforeAll(async () => {
  database = await openTestDatabase();
  connections = [];
  database.db.client.pool.on('createSuccess', (_id: number, connection: { promise: () => Connection }) => {
    if (dialectOf(database.db) === 'mysql') connections.push(connection.promise());
  });
});
afterAll(() => database.drop());

async function timeout(connection: Connection): Promise<number> {
  const [rows] = await connection.query(QUESTION);
  return (rows as { seconds: number }[])[0]?.seconds as number;
}

test('a connection that holds a lock may be quiet for hours, and is afterwards as it was', async () => {
  await holdLock(database.db, 'quiet', 0, async () => {
    for (const connection of connections) await connection.query('set @before = @@global.wait_timeout');
    for (const connection of connections) expect(await timeout(connection)).toBeGreaterThan(8 * HOUR);
  });
  for (const connection of connections) {
    const [rows] = await connection.query('select @before = @@wait_timeout as same');
    expect(rows).toEqual([{ same: 1 }]);
  }
});

test('one that reads a store may be so too, while others write', async () => {
  if (dialectOf(database.db) !== 'mysql') return;
  const [rows] = await whileReading(database.db, (trx) => trx.raw(QUESTION));
  expect(rows[0].seconds).toBeGreaterThan(8 * HOUR);
});
