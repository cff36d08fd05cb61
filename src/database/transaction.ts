import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { SECOND } from '../shared/clock.ts';
import type { Database } from './connection.ts';
import { isConflict, isUniqueViolation, writeRefusalOf } from './dialect-errors.ts';

export type Transaction = Knex.Transaction;

/**
 * On a Galera cluster the one who commits first wins, and a node that is quicker can win many times in a row: with 30
 * connections to three nodes that do nothing but add to the audit log, three transactions in a hundred lost eight times.
 * Elsewhere two attempts are many.
 */
const ATTEMPTS = 12;
/** In milliseconds; each pause is up to twice as long as the one before. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 640;
/** Where each attempt has waited for a lock, fewer must do: whoever asked is still waiting. */
const TIMEOUT = 10 * SECOND;

/**
 * Runs what belongs together: all of `work` is kept, or, when it throws, none. What the database asks to
 * run again (a deadlock, a write that came between) is run again, a bounded number of times with a
 * growing, random pause. So `work` must do nothing that cannot be repeated: no mail, no hashing, no
 * answer to the browser.
 *
 * @returns what `work` returned
 * @throws what `work` threw, or the conflict when it still stands after the last attempt
 */
export async function inTransaction<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  return retryConflicts(() => db.transaction(work));
}

/**
 * Runs `work` again while the database asks for it: at most eleven times, and not when 10 seconds have passed. For
 * single statements; see above for more. A connection that ended is no such case: what was under way may have counted.
 */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isLast = attempt === ATTEMPTS || performance.now() - began > TIMEOUT;
      if (isLast || !isConflict(error)) throw error;
      await sleep(Math.random() * Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE));
    }
  }
}

/**
 * Runs queries in a savepoint: a unique violation undoes them alone, not the transaction around them (PostgreSQL).
 *
 * @returns undefined where a row with the same unique value was there: of two who ask at the same instant one gets it
 */
export async function unlessTaken<T>(
  db: Database,
  queries: (savepoint: Transaction) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await db.transaction(queries);
  } catch (error) {
    if (isUniqueViolation(error)) return undefined;
    throw error;
  }
}

/**
 * Writes down what a request that only reads leaves behind, such as when a session was last used. Where the database takes
 * no writes for now (its disk is full), that is left to the next request: reading needs no write.
 */
export async function writeIfPossible(work: () => Promise<unknown>): Promise<void> {
  try {
    await retryConflicts(work);
  } catch (error) {
    if (!writeRefusalOf(error)) throw error;
  }
}
