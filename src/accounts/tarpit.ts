import { SECOND } from '../shared/clock.ts';
import { widestAround } from '../shared/networks.ts';

/** How many refusals of one network are answered at once; from then on one in so many milliseconds. */
const AT_ONCE = 5;
const BETWEEN = 1 * SECOND;
/** How long one is held at most. */
const LONGEST = 10 * SECOND;

/** Waits for the turn of a refusal of this network. */
export type Tarpit = (network: string) => Promise<void>;

/**
 * Holds refusals of one network, of IPv6 a /48 (a tarpit): five are answered at once, then one a second. A refused
 * login costs the event loop some 20 ms, most of it the throttles' commits. Sent again as soon as it is answered, from a
 * few dozen connections, it would take all of the loop's time from the pages of others.
 */
export function createTarpit(): Tarpit {
  /** When all refusals so far would be answered, had none been answered at once. */
  const ends = new Map<string, number>();
  return async (network) => {
    const widest = widestAround(network);
    const now = performance.now();
    const before = Math.max(now, ends.get(widest) ?? 0);
    const wait = Math.min(before - now - (AT_ONCE - 1) * BETWEEN, LONGEST);
    const end = Math.min(before, now + LONGEST + AT_ONCE * BETWEEN) + BETWEEN;
    ends.set(widest, end);
    setTimeout(() => ends.get(widest) === end && ends.delete(widest), end - now).unref();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  };
}
