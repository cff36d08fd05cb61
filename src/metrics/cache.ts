import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../shared/clock.ts';

/**
 * Makes a reader that asks at most once in a while, and that nobody waits for longer than a moment.
 *
 * @param maxAge how long an answer is good, in milliseconds; also when the clock was set back meanwhile
 * @param timeout how long somebody waits for a new one, in milliseconds
 * @returns gives undefined when nothing was read: it failed, or takes longer. One question is under way at a time
 */
export function cachedFor<Value>(
  { maxAge, timeout, clock }: { maxAge: number; timeout: number; clock: Clock },
  read: () => Promise<Value>,
): () => Promise<Value | undefined> {
  let underWay: Promise<Value | undefined> | undefined;
  let last: { value: Value | undefined; at: number } | undefined;

  async function ask(): Promise<Value | undefined> {
    const value = await read().catch(() => undefined);
    last = { value, at: clock() };
    underWay = undefined;
    return value;
  }

  return () => {
    if (last && Math.abs(clock() - last.at) < maxAge) return Promise.resolve(last.value);
    underWay ??= ask();
    return Promise.race([underWay, sleep(timeout, undefined, { ref: false })]);
  };
}
