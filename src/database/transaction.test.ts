import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openTestDatabase, type TestDatabase, unheard } from '../testing/database.ts';
import { connect, type Database } from './connection.ts';
import { dialectOf } from './dialect.ts';
import { isConflict } from './dialect-errors.ts';
import { inTransaction, retryConflicts, type Transaction } from './transaction.ts';

let database: TestDatabase;
let folder: string;
/** Two ways into one database: the store's, and somebody else's who comes between. */
let db: Database;
let other: Database;
beforeAll(async () => {
  database = await openTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-transaction-'));
  const file = { dialect: 'sqlite', file: join(folder, 'two.db') } as const;
  const address = database.address.dialect === 'sqlite' ? file : database.address;
  db = connect(address, unheard);
  other = connect(address, unheard);
  await db.schema.createTable('jars', (table) => {
    table.integer('id').primary();
    table.integer('beans').notNullable();
  });
  // In one process nobody can give way while SQLite waits.
  if (dialectOf(db) === 'sqlite') for (const one of [db, other]) await one.raw('pragma busy_timeout = 0');
});
afterAll(async () => {
  await db.destroy();
  await other.destroy();
  await database.drop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await db('jars').delete();
  await db('jars').insert([
    { id: 1, beans: 10 },
    { id: 2, beans: 10 },
  ]);
});

const beans = async () => (await db('jars').orderBy('id').pluck('beans')) as number[];
const add = (at: Database | Transaction, id: number, count: number) =>
  at('jars').where({ id }).increment('beans', count);

describe('what belongs together', () => {
  test('is kept when it succeeds, and gives what it returned', async () => {
    const outcome = await inTransaction(db, async (trx) => {
      await add(trx, 1, -3);
      await add(trx, 2, 3);
      return 'moved';
    });
    expect(outcome).toBe('moved');
    expect(await beans()).toEqual([7, 13]);
  });

  test('is undone as a whole when it throws, and is not tried again', async () => {
    let attempts = 0;
    const broken = inTransaction(db, async (trx) => {
      attempts += 1;
      await add(trx, 1, -3);
      throw new Error('spilled');
    });
    await expect(broken).rejects.toThrow('spilled');
    expect(attempts).toBe(1);
    expect(await beans()).toEqual([10, 10]);
  });

  test('is undone when the database refuses a part of it', async () => {
    const broken = inTransaction(db, async (trx) => {
      await add(trx, 1, -3);
      await trx('jars').insert({ id: 2, beans: 0 });
    });
    await expect(broken).rejects.toThrow();
    expect(await beans()).toEqual([10, 10]);
  });

  test('is not seen by others before it is done', async () => {
    await inTransaction(db, async (trx) => {
      await add(trx, 1, -3);
      expect(await other('jars').where({ id: 1 }).pluck('beans')).toEqual([10]);
    });
    expect(await other('jars').where({ id: 1 }).pluck('beans')).toEqual([7]);
  });
});

/**
 * Changes a jar that somebody else changes meanwhile, so that the database refuses it: on SQLite and PostgreSQL
 * because this transaction's view is out of date, on MySQL because the row stays locked for too long.
 */
async function collide(trx: Transaction): Promise<void> {
  if (dialectOf(db) === 'mysql') {
    const holder = await other.transaction();
    await add(holder, 1, 100);
    await trx.raw('set session innodb_lock_wait_timeout = 0');
    await add(trx, 1, 1).finally(() => holder.rollback());
    return;
  }
  if (dialectOf(db) === 'postgres') await trx.raw('set transaction isolation level repeatable read');
  await trx('jars').select();
  await add(other, 1, 1_000);
  await add(trx, 1, 1);
}

describe('what the database asks to run again', () => {
  test('is run again and then counts once', async () => {
    let attempts = 0;
    await inTransaction(db, async (trx) => {
      attempts += 1;
      if (attempts < 3) await collide(trx);
      else await add(trx, 1, 1);
    });
    expect(attempts).toBe(3);
    expect(((await beans())[0] ?? 0) % 1_000).toBe(11);
  });

  test('is given up after twelve attempts, and says why', async () => {
    let attempts = 0;
    const hopeless = inTransaction(db, async (trx) => {
      attempts += 1;
      await collide(trx);
    });
    const error = await hopeless.catch((reason: unknown) => reason);
    expect(isConflict(error)).toBe(true);
    expect(attempts).toBe(12);
    expect(((await beans())[0] ?? 0) % 1_000).toBe(10);
  });

  test('is given up sooner where each attempt waited long: whoever asked is still waiting', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    let attempts = 0;
    const slow = inTransaction(db, async (trx) => {
      attempts += 1;
      vi.advanceTimersByTime(6_000);
      await collide(trx);
    });
    const error = await slow.catch((reason: unknown) => reason).finally(() => vi.useRealTimers());
    expect(isConflict(error)).toBe(true);
    expect(attempts).toBe(2);
  });

  test('of two that wait for each other both succeed in the end', async () => {
    let attempts = 0;
    let arrive: () => void = () => undefined;
    const bothBegan = new Promise<void>((resolve) => {
      let began = 0;
      arrive = () => {
        began += 1;
        if (began === 2) resolve();
      };
    });
    const pour = (from: number, to: number) =>
      inTransaction(db, async (trx) => {
        attempts += 1;
        const first = attempts <= 2;
        await add(trx, from, -3);
        arrive();
        // A single connection has only one transaction at a time, so that nobody waits for another.
        if (first && dialectOf(db) !== 'sqlite') await bothBegan;
        await add(trx, to, 3);
      });
    await Promise.all([pour(1, 2), pour(2, 1)]);
    // At least one of them again; more often where it comes back before the other has what it waited for.
    if (dialectOf(db) === 'sqlite') expect(attempts).toBe(2);
    else expect(attempts).toBeGreaterThanOrEqual(3);
    expect(await beans()).toEqual([10, 10]);
  });
});

describe('what may have counted already', () => {
  test.each([
    ['a connection that was lost', 'PROTOCOL_CONNECTION_LOST'],
    ['one that was cut', 'ECONNRESET'],
    ['a server that was stopped', '57P01'],
    ['a node that lost its cluster within a commit', 'ER_ERROR_DURING_COMMIT'],
  ])('is not run again: %s', async (_what, code) => {
    let attempts = 0;
    const cutOff = retryConflicts(async () => {
      attempts += 1;
      throw Object.assign(new Error('gone'), { code });
    });
    await expect(cutOff).rejects.toThrow('gone');
    expect(attempts).toBe(1);
  });
});
