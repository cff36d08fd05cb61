import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import type { Database } from './connection.ts';
import { isConflict } from './dialect-errors.ts';

export type Transaction = Knex.Transaction;

const ATTEMPTS = 6;
const FIRST_PAUSE = 10;

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

/** Runs `work` again, at most five times, while the database asks for it. For single statements; see above for more. */
export async function retryConflicts<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isConflict(error)) throw error;
      await sleep(Math.random() * FIRST_PAUSE * 2 ** attempt);
    }
  }
}
