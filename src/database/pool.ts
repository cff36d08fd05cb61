import type { Database } from './connection.ts';

/** How many connections a pool has, and how many wait for one. */
export interface PoolLoad {
  used: number;
  free: number;
  waiting: number;
}

/** Tells how busy the pool of a database is at this moment; nothing is asked of the database. */
export function poolLoad(db: Database): PoolLoad {
  const { pool } = db.client;
  return { used: pool.numUsed(), free: pool.numFree(), waiting: pool.numPendingAcquires() };
}
