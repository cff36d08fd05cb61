import type { Database } from '../database/connection.ts';
import { retryConflicts } from '../database/transaction.ts';
import { SECOND } from '../shared/clock.ts';

/** Who has a lease, as its row stands. */
export interface LeaseRow {
  /** Empty while nobody has it. */
  holder: string;
  /** What its holder counts on. One that stands still has no holder any more, whatever the row says. */
  heartbeat: number;
}

/** A server that does not answer at all must not hold up the next look, which may find another connection. */
const TIMEOUT = 3 * SECOND;

/** @returns undefined when there is no such row */
export async function readLease(db: Database, name: string): Promise<LeaseRow | undefined> {
  return db('leases').where({ name }).first('holder', 'heartbeat').timeout(TIMEOUT);
}

export async function addLease(db: Database, name: string): Promise<void> {
  await retryConflicts(() => db('leases').insert({ name }).onConflict('name').ignore().timeout(TIMEOUT));
}

/**
 * Gives a lease to a holder, or counts on for the one who has it.
 *
 * @param seen how the row stood when it was decided
 * @returns false when it stands otherwise by now: somebody else was quicker
 */
export async function takeLease(
  db: Database,
  name: string,
  seen: LeaseRow,
  holder: string,
): Promise<boolean> {
  const changed = await retryConflicts(() =>
    db('leases')
      .where({ name, holder: seen.holder, heartbeat: seen.heartbeat })
      .update({ holder, heartbeat: seen.heartbeat + 1 })
      .timeout(TIMEOUT),
  );
  return changed === 1;
}

export async function releaseLease(db: Database, name: string, holder: string): Promise<void> {
  await retryConflicts(() => db('leases').where({ name, holder }).update({ holder: '' }).timeout(TIMEOUT));
}
