import { randomBytes } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { type FailingDatabase, openFailingDatabase } from '../../testing/cable.ts';
import { openEmptyPlace, unheard } from '../../testing/database.ts';
import { connect } from '../connection.ts';
import { dialectOf } from '../dialect.ts';
import { isUnavailable } from '../dialect-errors.ts';
import { knownMigrations } from '../migrations.ts';
import { unfinishedTransfer } from '../unfinished-transfer.ts';
import { type Filling, fillStore } from './fill-database.ts';
import type { Row } from './rows.ts';
import type { Table } from './shape.ts';
import { withSnapshot } from './snapshot.ts';

// Databases that go away, or that are full, in the middle.

let failing: FailingDatabase | undefined;
afterEach(async () => {
  await failing?.drop();
  failing = undefined;
});

const tableOf = ({ tables }: Pick<Filling, 'tables'>, name: string) =>
  tables.find((table) => table.name === name) as Table;

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('a server that is lost while it is read ends the reading, and nobody waits for ever', async () => {
  failing = await openFailingDatabase();
  const { db, fail, recover } = failing;
  // SQLite cannot be lost while it is read.
  const isServer = dialectOf(db) !== 'sqlite';
  for (let number = 0; number < 8; number += 1) {
    const content = randomBytes(2_000_000);
    await db('pictures').insert({ content_hash: `${number}`, media_type: 'image/png', content });
  }
  const error = await failure(
    withSnapshot(db, async (snapshot) => {
      const pictures = tableOf(snapshot, 'pictures');
      let batches = 0;
      for await (const _rows of snapshot.rows(pictures)) {
        if (batches === 0 && isServer) await fail();
        batches += 1;
      }
      await snapshot.count(pictures);
    }),
  );
  if (isServer) {
    expect(error).toSatisfy(isUnavailable);
    await recover();
  } else expect(error).toBeUndefined();
});

test('a database that is lost while it is filled stays marked, and can be filled anew', async () => {
  failing = await openFailingDatabase();
  const { db, fail, recover } = failing;
  const migrations = (await knownMigrations()).slice(0, 3);
  const plan = { source: 'a store', startedAt: 1, migrations, replace: true };
  const rows: Row[] = [[1, 'key', 1]];
  const error = await failure(
    fillStore(db, plan, async (filling) => {
      await fail();
      await filling.insert(tableOf(filling, 'rate_limits'), rows);
    }),
  );
  expect(error).toSatisfy(isUnavailable);
  await recover();
  expect(await unfinishedTransfer(db)).toMatchObject({ source: 'a store' });
  const startedOver = await fillStore(db, plan, async (filling) => {
    await filling.insert(tableOf(filling, 'rate_limits'), rows);
    return filling.startedOver;
  });
  expect(startedOver).toBe(true);
  expect(await unfinishedTransfer(db)).toBeUndefined();
});

test('a database that cannot even be marked is refused, with nothing changed', async () => {
  const place = await openEmptyPlace();
  const db = connect(place.address, unheard);
  await db.raw('pragma query_only = on');
  const plan = { source: 'a store', startedAt: 1, migrations: [] };
  const error = await failure(fillStore(db, plan, async () => undefined));
  expect(error).toMatchObject({
    name: 'FillingRefused',
    reason: 'unwritable',
    message: 'SQLITE_READONLY: attempt to write a readonly database',
  });
  expect(await unfinishedTransfer(db)).toBeUndefined();
  await db.destroy();
  await place.drop();
});

test('a disk that is full leaves the database marked; with more room it is filled anew', async () => {
  const place = await openEmptyPlace();
  const db = connect(place.address, unheard);
  const plan = { source: 'a store', startedAt: 1, migrations: (await knownMigrations()).slice(0, 3) };
  const rows = Array.from({ length: 400 }, (_none, number): Row => [1, `${number}`.padEnd(255, 'x'), number]);
  const fill = () =>
    fillStore(db, plan, async (filling) => {
      await filling.insert(tableOf(filling, 'rate_limits'), rows);
      return filling.startedOver;
    });
  await db.raw('pragma max_page_count = 30');
  expect(await failure(fill())).toMatchObject({ code: 'SQLITE_FULL' });
  expect(await unfinishedTransfer(db)).toMatchObject({ source: 'a store' });
  await db.raw('pragma max_page_count = 100000');
  expect(await fill()).toBe(true);
  await db.destroy();
  await place.drop();
});
