import { createHash } from 'node:crypto';
import {
  type IRateLimiterStoreOptions,
  RateLimiterMySQL,
  RateLimiterPostgres,
  RateLimiterRes,
  RateLimiterSQLite,
  type RateLimiterStoreAbstract,
} from 'rate-limiter-flexible';
import type { Database } from '../database/connection.ts';
import { dialectOf } from '../database/dialect.ts';
import { noteLock } from '../database/lock-order.ts';
import { retryConflicts, type Transaction } from '../database/transaction.ts';
import { MINUTE, SECOND } from '../shared/clock.ts';

const TABLE = 'rate_limits';

export type RateLimit = ReturnType<typeof createRateLimit>;

/**
 * So many in so long, counted for each key, in the database: it survives a restart and all processes share it.
 *
 * @param name tells the limits apart in their table
 * @param points how many
 * @param duration in how long, in milliseconds
 */
export function createRateLimit(db: Database, name: string, points: number, duration: number) {
  const limiter = createLimiter(db, {
    storeClient: db,
    storeType: 'knex',
    tableName: TABLE,
    tableCreated: true,
    keyPrefix: name,
    points,
    duration: duration / SECOND,
  });

  async function consume(key: string, lasting: number): Promise<{ isRefused: boolean; wait: number }> {
    const customDuration = lasting / SECOND;
    try {
      const { msBeforeNext } = await retryConflicts(() =>
        limiter.consume(hashOf(key), 1, { customDuration }),
      );
      return { isRefused: false, wait: msBeforeNext };
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return { isRefused: true, wait: refusal.msBeforeNext };
      throw refusal;
    }
  }

  /**
   * Ends a count when its limit is over from now on, if that is sooner: the clock was set back since, and nobody is to
   * wait for that as well. What was taken stays taken.
   */
  async function shorten(key: string, wait: number, lasting: number): Promise<void> {
    if (wait <= lasting) return;
    const expire = Date.now() + lasting;
    const row = { key: `${name}:${hashOf(key)}` };
    await retryConflicts(() => db(TABLE).where(row).where('expire', '>', expire).update({ expire }));
  }

  return {
    /**
     * Takes one of the key's places.
     *
     * @param lasting for how long, where the key has taken none before: instead of the limit's own time, in milliseconds
     * @returns 0 when there was one, else how long until there is one again, in milliseconds
     */
    async take(key: string, lasting = duration): Promise<number> {
      const { isRefused, wait } = await consume(key, lasting);
      await shorten(key, wait, lasting);
      return isRefused ? Math.min(Math.max(1, wait), lasting) : 0;
    },
    /** Gives a place back that was taken for something that does not count after all. */
    async giveBack(key: string): Promise<void> {
      await retryConflicts(() => limiter.reward(hashOf(key)));
    },
    /** How many places a key has taken, also beyond those that there are. */
    async count(key: string): Promise<number> {
      const found = await limiter.get(hashOf(key));
      await shorten(key, found?.msBeforeNext ?? 0, duration);
      return found?.consumedPoints ?? 0;
    },
    /** Forgets all that a key has taken. */
    async clear(key: string): Promise<void> {
      await retryConflicts(() => limiter.delete(hashOf(key)));
    },
  };
}

/**
 * Takes one of a key's places in a transaction: it is given back when that is undone. Goes by the clock it is given.
 *
 * @param limit as for `createRateLimit`
 * @returns how many places are left, and 0 or how long until there is one again, in milliseconds
 */
export async function takeInTransaction(
  trx: Transaction,
  { name, points, duration }: { name: string; points: number; duration: number },
  of: string,
  now: number,
): Promise<{ retryAfter: number; left: number }> {
  noteLock(trx, 'counter');
  const key = `${name}:${hashOf(of)}`;
  const find = () => trx(TABLE).where({ key }).forUpdate().first('points', 'expire');
  let row = await find();
  if (!row) {
    const fresh = { key, points: 0, expire: now + duration };
    await trx(TABLE).insert(fresh).onConflict('key').ignore();
    row = await find();
  }
  // Further off than the limit is long: the clock was set back. A little it is where this one waited for the other.
  const isOver = row.expire <= now || row.expire - now > duration + MINUTE;
  const taken = isOver ? 0 : row.points;
  if (taken >= points) return { retryAfter: row.expire - now, left: 0 };
  const expire = isOver ? now + duration : row.expire;
  await trx(TABLE)
    .where({ key })
    .update({ points: taken + 1, expire });
  return { retryAfter: 0, left: points - taken - 1 };
}

function createLimiter(
  db: Database,
  options: IRateLimiterStoreOptions & { tableCreated: boolean },
): RateLimiterStoreAbstract {
  switch (dialectOf(db)) {
    case 'sqlite':
      return new RateLimiterSQLite(options as ConstructorParameters<typeof RateLimiterSQLite>[0]);
    case 'postgres':
      return new RateLimiterPostgres(options);
    case 'mysql':
      return new RateLimiterMySQL({ ...options, dbName: databaseName(db) });
  }
}

function databaseName(db: Database): string {
  return decodeURIComponent(new URL(db.client.config.connection.uri).pathname.slice(1));
}

/** Keys hold what people typed, at times a password in the wrong field: the table keeps only their hash. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Removes counts that are over. */
export async function deleteExpiredLimits(db: Database, now: number): Promise<number> {
  return db(TABLE).where('expire', '<=', now).delete();
}
