import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';
import { SECOND } from '../shared/clock.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { createLiveSettings } from './live-settings.ts';
import { readSettings, replaceSettings } from './settings.table.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

let now = 1_800_000_000_000;
const clock = () => now;
beforeEach(() => {
  now += SECOND;
});

/** Renames the store as another process does. */
const rename = (storeName: string) =>
  inTransaction(database.db, async (trx) => {
    const { version } = await readSettings(trx);
    await replaceSettings(trx, version, { values: { storeName }, changedAt: now, changedBy: null });
  });

/** The database as it is at a bad moment: what was read arrives when it is let go. */
function slow() {
  const waiting: (() => void)[] = [];
  let reads = 0;
  const read = async (columns: object) => {
    reads += 1;
    const row = await database.db('store_settings').where('id', 1).first(columns);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return row;
  };
  const db = (() => ({ where: () => ({ first: read }) })) as unknown as Database;
  const untilReads = async (count: number) => {
    while (waiting.length < count) await new Promise(setImmediate);
  };
  return { db, waiting, untilReads, reads: () => reads };
}

test('a hundred requests at the turn of the second wait for one reading', async () => {
  await rename('Corner Shop');
  const { db, waiting, untilReads, reads } = slow();
  const settings = createLiveSettings({ db, clock, fixed: {} });
  const asked = Promise.all(Array.from({ length: 100 }, () => settings.refresh()));
  await untilReads(1);
  for (const arrive of waiting) arrive();
  await asked;
  expect([reads(), settings.storeName]).toEqual([1, 'Corner Shop']);
});

test('what was read before a change does not hide it when it arrives after it', async () => {
  await rename('Old Shop');
  const { db, waiting, untilReads } = slow();
  const settings = createLiveSettings({ db, clock, fixed: {} });
  const late = settings.refresh();
  await untilReads(1);
  await rename('New Shop');
  const reloaded = settings.reload();
  await untilReads(2);
  waiting[1]?.();
  await reloaded;
  waiting[0]?.();
  await late;
  expect(settings.storeName).toBe('New Shop');
});

test('a reading that failed is tried again by the next request', async () => {
  await rename('Corner Shop');
  let away = true;
  const db = ((table: string) => {
    if (away) throw new Error('away');
    return database.db(table);
  }) as unknown as Database;
  const settings = createLiveSettings({ db, clock, fixed: {} });
  const both = await Promise.allSettled([settings.refresh(), settings.refresh()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  away = false;
  await settings.refresh();
  expect(settings.storeName).toBe('Corner Shop');
});
