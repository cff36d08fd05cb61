import type { Transaction } from '../../database/transaction.ts';
import { MINUTE } from '../../shared/clock.ts';
import { type EventCount, type EventKey, lockEventCount, saveEventCount } from './event-counts.table.ts';

/** How many events of a kind are told one by one within a time, in milliseconds, for each account. */
export interface EventLimit {
  oneByOne: number;
  every: number;
}

/**
 * Counts an event of a kind that may come often.
 *
 * @returns whether it may be told by itself; if not it is kept, and told together with the others when the time is over
 *   (`tellGathered`)
 */
export async function countEvent(
  trx: Transaction,
  key: EventKey,
  { oneByOne, every }: EventLimit,
  now: number,
): Promise<boolean> {
  const before = await lockEventCount(trx, key, now);
  // One that began later than now: the clock was set back. A little later it is where this one waited for the other.
  const isOver = now - before.beganAt >= every || before.beganAt - now > MINUTE;
  const count = isOver && before.gathered === 0 ? { ...before, beganAt: now, told: 0 } : before;
  const isOneMore = count.gathered === 0 && count.told < oneByOne;
  const after = isOneMore
    ? { ...count, told: count.told + 1 }
    : withOneMore(count, count.beganAt + every, now);
  await saveEventCount(trx, key, after);
  return isOneMore;
}

/** Keeps an event to be told together with others, at a time unless they are told before. */
export async function gatherEvent(
  trx: Transaction,
  key: EventKey,
  dueAt: number,
  now: number,
): Promise<void> {
  await saveEventCount(trx, key, withOneMore(await lockEventCount(trx, key, now), dueAt, now));
}

function withOneMore(count: EventCount, dueAt: number, now: number): EventCount {
  const { gathered, gatheredSince, dueAt: dueBefore } = count;
  return {
    ...count,
    gathered: gathered + 1,
    gatheredSince: gatheredSince ?? now,
    dueAt: dueBefore ?? dueAt,
  };
}
