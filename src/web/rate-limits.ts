import { createHash } from 'node:crypto';
import {
  type IRateLimiterStoreOptions,
  RateLimiterMySQL,
  RateLimiterPostgres,
  RateLimiterRes,
  RateLimiterSQLite,
  type RateLimiterStoreAbstract,
} from 'rate-limiter-flexible';
import { SECOND } from '../clock.ts';
import type { Database } from '../database/connection.ts';
import { dialectOf } from '../database/dialect.ts';
import { retryConflicts } from '../database/transaction.ts';

/** So many in so long, counted for each key, in the database: it survives a restart and all processes share it. */
export interface RateLimit {
  /**
   * Takes one of the key's places.
   *
   * @returns 0 when there was one, else how long until there is one again, in milliseconds
   */
  take: (key: string) => Promise<number>;
  /** Gives a place back that was taken for something that does not count after all. */
  giveBack: (key: string) => Promise<void>;
  /** Whether the next one would have to wait. */
  isUsedUp: (key: string) => Promise<boolean>;
  /** Forgets all that a key has taken. */
  clear: (key: string) => Promise<void>;
}

const TABLE = 'rate_limits';

/**
 * @param name tells the limits apart in their table
 * @param points how many
 * @param duration in how long, in milliseconds
 */
export function createRateLimit(db: Database, name: string, points: number, duration: number): RateLimit {
  const limiter = createLimiter(db, {
    storeClient: db,
    storeType: 'knex',
    tableName: TABLE,
    tableCreated: true,
    keyPrefix: name,
    points,
    duration: duration / SECOND,
  });

  async function consume(key: string): Promise<{ isRefused: boolean; wait: number }> {
    try {
      const { msBeforeNext } = await retryConflicts(() => limiter.consume(hashOf(key)));
      return { isRefused: false, wait: msBeforeNext };
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return { isRefused: true, wait: refusal.msBeforeNext };
      throw refusal;
    }
  }

  return {
    async take(key) {
      const { isRefused, wait } = await consume(key);
      // Longer than the limit itself: the clock was set back since, and nobody is to wait for that as well.
      if (wait > duration) await retryConflicts(() => endWithin(db, `${name}:${hashOf(key)}`, duration));
      return isRefused ? Math.min(Math.max(1, wait), duration) : 0;
    },
    async giveBack(key) {
      await retryConflicts(() => limiter.reward(hashOf(key)));
    },
    async isUsedUp(key) {
      const count = await limiter.get(hashOf(key));
      return count !== null && count.consumedPoints >= points;
    },
    async clear(key) {
      await retryConflicts(() => limiter.delete(hashOf(key)));
    },
  };
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

/** Lets a count end when its limit is over from now on, if that is sooner. What was taken stays taken. */
async function endWithin(db: Database, key: string, duration: number): Promise<void> {
  const end = Date.now() + duration;
  await db(TABLE).where({ key }).where('expire', '>', end).update({ expire: end });
}

/** Keys hold what people typed, at times a password in the wrong field: the table keeps only their hash. */
function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

/** Removes counts that are over. */
export async function deleteExpiredLimits(db: Database, now: number): Promise<number> {
  return db(TABLE).where('expire', '<=', now).delete();
}
