import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../database/connection.ts';
import { type Clock, monotonicClock, SECOND } from '../shared/clock.ts';
import { addLease, type LeaseRow, readLease, releaseLease, takeLease } from './lease.table.ts';

/**
 * What only one of all processes of a store does at a time, on however many machines. Nobody compares clocks, which
 * differ from machine to machine and are set: who has the lease counts on in its row, and the others measure by their
 * own running time how long the count has stood still. The holder stops by itself well before they can think it gone.
 */

/** The lease on everything that the store does beside answering requests (jobs.ts). */
export const BACKGROUND = 'background';

/** How often every process looks, and its holder counts on, in milliseconds. */
export const HEARTBEAT_INTERVAL = 2 * SECOND;
/** How long after a count the holder may still act. */
const HELD_FOR = 7 * SECOND;
/** How long the count must have stood still before another one takes over. */
const TAKE_OVER_AFTER = 10 * SECOND;
const POLL_INTERVAL = 0.5 * SECOND;

export type Lease = ReturnType<typeof createLease>;

/**
 * A lease as one process sees it.
 *
 * @param now a clock that nobody sets; for tests, one that they move
 */
export function createLease(db: Database, name: string, now: Clock = monotonicClock) {
  const id = randomUUID();
  let heldUntil = Number.NEGATIVE_INFINITY;
  let seen: (LeaseRow & { since: number }) | undefined;

  /** Whether nobody has it, or who has it has not counted on for long. */
  function isFree(row: LeaseRow, at: number): boolean {
    if (row.holder === '') return true;
    if (row.holder !== seen?.holder || row.heartbeat !== seen.heartbeat) seen = { ...row, since: at };
    return at - seen.since >= TAKE_OVER_AFTER;
  }

  /** Counts on, or takes the lease when nobody has it. To be called every HEARTBEAT_INTERVAL. @returns whether it is held now */
  async function renew(): Promise<boolean> {
    // From before the question: the others count from when they can see the answer.
    const asked = now();
    const row = await readLease(db, name);
    if (!row) await addLease(db, name);
    else if (row.holder === id || isFree(row, now())) {
      heldUntil = (await takeLease(db, name, row, id)) ? asked + HELD_FOR : Number.NEGATIVE_INFINITY;
    } else heldUntil = Number.NEGATIVE_INFINITY;
    return isHeld();
  }

  /** Whether this process may do now what only the holder does. */
  const isHeld = () => now() < heldUntil;

  return {
    renew,
    isHeld,
    /** Lets the next one have it at once. */
    async release(): Promise<void> {
      heldUntil = Number.NEGATIVE_INFINITY;
      await releaseLease(db, name, id);
    },
  };
}

/**
 * Whether any process has a lease: for the one on the background, whether a store runs on this database, on
 * whichever machine. It watches the row, so it takes a while to say no: 13 seconds where a process was killed that
 * had it, as another one takes over after ten, and 3 where it was released, as another one takes it after two.
 * A yes comes within 3 seconds. A database without the table has no store that could run.
 *
 * @param watch for tests: how long to watch, in milliseconds
 */
export async function isLeaseHeld(
  db: Database,
  name: string,
  watch = { given: TAKE_OVER_AFTER + 3 * SECOND, free: HEARTBEAT_INTERVAL + SECOND },
): Promise<boolean> {
  if (!(await db.schema.hasTable('leases'))) return false;
  const first = await readLease(db, name);
  const watched = first?.holder ? watch.given : watch.free;
  const begun = monotonicClock();
  do {
    await sleep(Math.min(POLL_INTERVAL, watched));
    const row = await readLease(db, name);
    // Given up while we watched: whoever has it next is seen in the next round.
    if (row?.holder && (row.holder !== first?.holder || row.heartbeat !== first.heartbeat)) return true;
  } while (monotonicClock() - begun < watched);
  return false;
}
