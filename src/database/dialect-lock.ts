import type { Knex } from 'knex';
import { SECOND } from '../shared/clock.ts';
import { dialectOf } from './dialect.ts';
import { GALERA_QUESTION, isGaleraAnswer } from './dialect-galera.ts';

/**
 * Does something that only one process may do at a time. The lock is the database's (SQLite: a file beside it),
 * so it ends with the process that holds it, however that ends.
 *
 * @param timeout how long to wait for another process, in milliseconds
 * @throws when it is not to be had in that time
 */
export async function holdLock<T>(
  db: Knex,
  name: string,
  timeout: number,
  work: () => Promise<T>,
): Promise<T> {
  switch (dialectOf(db)) {
    case 'sqlite':
      return holdLockFile(db.client.config.connection.filename, name, timeout, work);
    case 'postgres':
      return db.transaction(async (trx) => {
        await trx.raw(`set local lock_timeout = ${timeout}`);
        // Some servers end a transaction that does nothing for a while: this one only holds the lock.
        await trx.raw('set local idle_in_transaction_session_timeout = 0');
        await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [name]);
        return work();
      });
    case 'mysql':
      return db.transaction(async (trx) => {
        // Locks are the whole server's; the database's name keeps two stores apart.
        const lock = 'concat(?, database())';
        const [[row]] = await trx.raw(`select get_lock(${lock}, ?) as held`, [name, timeout / SECOND]);
        if (row.held !== 1) throw new Error(`Another process holds the lock ${name}`);
        // A server ends a connection that is quiet for a while, in seconds, and its lock goes with it.
        await trx.raw('set session wait_timeout = 86400');
        try {
          return await work();
        } finally {
          await trx.raw(`select release_lock(${lock})`, [name]);
          await trx.raw('set session wait_timeout = default');
        }
      });
  }
}

/** Whether that lock keeps others away on every way into the database: in a Galera cluster each node has its own. */
export async function locksReachAll(db: Knex): Promise<boolean> {
  if (dialectOf(db) !== 'mysql') return true;
  const [rows] = await db.raw(GALERA_QUESTION);
  return !isGaleraAnswer(rows);
}

async function holdLockFile<T>(
  database: string,
  name: string,
  timeout: number,
  work: () => Promise<T>,
): Promise<T> {
  if (database === ':memory:') return work();
  const { default: Sqlite } = await import('better-sqlite3');
  const lock = new Sqlite(`${database}.${name}`, { timeout });
  try {
    lock.exec('begin exclusive');
    return await work();
  } finally {
    lock.close();
  }
}
