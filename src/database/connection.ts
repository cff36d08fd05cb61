import type { Knex } from 'knex';
import knex from 'knex';
import { type DatabaseAddress, knexConfig } from './dialect.ts';

/**
 * What every query of a table starts from: a connected database, or a transaction on it. Whatever needs the latter asks for
 * a `Transaction`.
 */
export type Database = Knex;

/**
 * Opens a pool of connections. Nothing is sent until the first query.
 *
 * @param report is told what Knex warns of, one line each (a connection that could not be had, for instance)
 */
export function connect(address: DatabaseAddress, report: (message: string) => void): Database {
  return knex({
    ...knexConfig(address),
    // The message of a failed query holds its text with placeholders, never the values.
    compileSqlOnError: false,
    log: { warn: report, error: report, deprecate: report, debug: () => undefined },
  });
}

/** How many connections a pool has, and how many wait for one, at this moment; nothing is asked of the database. */
export function poolLoad(db: Database): { used: number; free: number; waiting: number } {
  const { pool } = db.client;
  return { used: pool.numUsed(), free: pool.numFree(), waiting: pool.numPendingAcquires() };
}
