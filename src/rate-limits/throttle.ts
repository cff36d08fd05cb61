import type { Database } from '../database/connection.ts';
import { DAY, HOUR, MINUTE } from '../shared/clock.ts';
import { networksAround } from '../shared/networks.ts';
import { createRateLimit } from './rate-limits.ts';

/** Several limits that are taken together, all or none. */
export interface Throttle<Key> {
  /**
   * Takes a place for one attempt, before anything is looked at: many attempts at once cannot slip through.
   *
   * @returns 0 when the attempt may go on, else how long to wait, in milliseconds
   */
  take: (key: Key) => Promise<number>;
  /** Gives the place back when the attempt did not fail. */
  giveBack: (key: Key) => Promise<void>;
}

/** @property retryAfter in milliseconds */
export interface Throttled {
  ok: false;
  problem: 'throttled';
  retryAfter: number;
}

/**
 * Does something within a throttle. The place is taken before anything is looked at.
 *
 * @param counts whether an outcome keeps the place; where it does not, or the work throws, the place is given back
 * @param refused is called where there is no place
 */
export async function withinThrottle<Key, Outcome>(
  throttle: Throttle<Key>,
  key: Key,
  work: () => Promise<Outcome>,
  counts: (outcome: Outcome) => boolean,
  refused?: () => Promise<unknown>,
): Promise<Outcome | Throttled> {
  const retryAfter = await throttle.take(key);
  if (retryAfter > 0) {
    await refused?.();
    return { ok: false, problem: 'throttled', retryAfter };
  }
  let counted = false;
  try {
    const outcome = await work();
    counted = counts(outcome);
    return outcome;
  } finally {
    if (!counted) await throttle.giveBack(key);
  }
}

/** Limits with what each counts by, in the order in which they are taken: a refusal leaves those after it untouched. */
export type Limits = [Throttle<string>, string][];

export function createThrottle<Key>(limitsOf: (key: Key) => Limits): Throttle<Key> {
  const giveBack = async (taken: Limits) => {
    for (const [limit, key] of taken) await limit.giveBack(key);
  };
  return {
    async take(attempt) {
      const limits = limitsOf(attempt);
      for (const [index, [limit, key]] of limits.entries()) {
        const retryAfter = await limit.take(key);
        if (retryAfter > 0) {
          await giveBack(limits.slice(0, index));
          return retryAfter;
        }
      }
      return 0;
    },
    giveBack: (attempt) => giveBack(limitsOf(attempt)),
  };
}

/**
 * A limit for a network and wider ones for those around it: twice as much for the /56 of an IPv6 address, four times as
 * much for its /48. The widest comes first, so that an attempt that is refused leaves no row for a network that is new.
 *
 * @returns the limits of a network and those around it
 */
export function createNetworkLimits(
  db: Database,
  name: string,
  { points, duration }: { points: number; duration: number },
): (network: string) => Limits {
  const limits = ['', '-56', '-48'].map((suffix, index) =>
    createRateLimit(db, name + suffix, points * 2 ** index, duration),
  );
  return (network) => {
    const networks = networksAround(network);
    return limits
      .slice(0, networks.length)
      .map((limit, index): Limits[number] => [limit, networks[index] ?? ''])
      .reverse();
  };
}

/** The longest wait between two attempts that are slowed down, in milliseconds. */
const LONGEST_WAIT = 1 * HOUR;

/**
 * A limit that slows down and never refuses for good: beyond it attempts wait for each other. Lets some failures of a day
 * pass at once. After the last of these the next attempt waits one minute, then two, four, and so on, one hour at most
 * (OWASP ASVS 5.0, 6.3.1). Attempts while it waits count for nothing.
 *
 * @param points after how many failures there is a wait
 */
export function createSlowdown(db: Database, name: string, points: number) {
  const failures = createRateLimit(db, name, points, DAY);
  const waits = createRateLimit(db, `${name}-wait`, 1, LONGEST_WAIT);

  async function takeFree(key: string): Promise<boolean> {
    if ((await failures.take(key)) === 0) return true;
    // Others came at the same instant.
    await failures.giveBack(key);
    return false;
  }

  return {
    async take(key: string): Promise<number> {
      const waitsBefore = (await failures.count(key)) + 1 - points;
      if (waitsBefore < 0 && (await takeFree(key))) return 0;
      const wait = Math.min(MINUTE * 2 ** Math.max(0, waitsBefore), LONGEST_WAIT);
      const retryAfter = await waits.take(key, wait);
      if (retryAfter === 0) await failures.take(key);
      return retryAfter;
    },
    async giveBack(key: string): Promise<void> {
      await failures.giveBack(key);
      await waits.clear(key);
    },
    /** Whether there is a wait after each failure by now. */
    isSlow: async (key: string) => (await failures.count(key)) >= points,
    async clear(key: string): Promise<void> {
      await failures.clear(key);
      await waits.clear(key);
    },
  };
}
