import type { Throttle } from '../rate-limits/throttle.ts';
import type { AccountContext, ClientInfo } from './account-context.ts';

/** @property retryAfter in milliseconds */
export interface Throttled {
  ok: false;
  problem: 'throttled';
  retryAfter: number;
}

/** Whether an outcome is, or has in it, the answer that a name is taken. */
export function saysTaken(outcome: object): boolean {
  return 'taken' in outcome && Array.isArray(outcome.taken) && outcome.taken.length > 0;
}

/**
 * Does something within a throttle. The place is taken before anything is looked at.
 *
 * @param counts whether an outcome keeps the place; where it does not, or the work throws, the place is given back
 */
export async function withinThrottle<Key, Outcome>(
  throttle: Throttle<Key>,
  key: Key,
  work: () => Promise<Outcome>,
  counts: (outcome: Outcome) => boolean,
): Promise<Outcome | Throttled> {
  const retryAfter = await throttle.take(key);
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  let counted = false;
  try {
    const outcome = await work();
    counted = counts(outcome);
    return outcome;
  } finally {
    if (!counted) await throttle.giveBack(key);
  }
}

/**
 * Looks names up for somebody who could try one after another to learn who has an account (OWASP ASVS 5.0, 6.3.8). A
 * network has 20 new accounts or answers "taken" an hour, over all ways in.
 *
 * @param counts whether an outcome is one that counts; by default the answer that a name is taken
 */
export function withinNameBudget<Outcome extends object>(
  { throttles }: Pick<AccountContext, 'throttles'>,
  { network }: Pick<ClientInfo, 'network'>,
  look: () => Promise<Outcome>,
  counts: (outcome: Outcome) => boolean = saysTaken,
): Promise<Outcome | Throttled> {
  return withinThrottle(throttles.registration, network, look, counts);
}
