import { record } from '../../audit/audit.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { HOUR, MINUTE } from '../../shared/clock.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import type { User } from '../users.table.ts';
import { type EventCount, type EventKey, lockEventCount, saveEventCount } from './event-counts.table.ts';

/** How many events of a kind are told one by one within a time, in milliseconds, for each account. */
export interface EventLimit {
  oneByOne: number;
  every: number;
}

/** Of these the audit log has so many rows for each account, then one that counts the rest; others are mails. */
export const ROW_LIMITS = {
  'access.denied': { oneByOne: 20, every: HOUR },
  'login.throttled': { oneByOne: 0, every: HOUR },
} as const satisfies Record<string, EventLimit>;

/** Under which "user" names are counted that nobody has. */
export const NOBODY = 0;

const LONGEST_PATH = 200;

/**
 * Counts an event of a kind that may come often.
 *
 * @returns whether it may be told by itself; if not it is told together with the others when the time is over
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
  return {
    ...count,
    gathered: count.gathered + 1,
    gatheredSince: count.gatheredSince ?? now,
    dueAt: count.dueAt ?? dueAt,
  };
}

/**
 * Writes down that somebody tried what they may not do (OWASP ASVS 5.0, 16.3.1): twenty times an hour for each
 * person, so that nobody fills the log, and then how many more there were.
 */
export async function recordDenial(
  context: Pick<AccountContext, 'db' | 'clock'>,
  user: User,
  client: ClientInfo,
  { method, path }: { method: string; path: string },
): Promise<void> {
  const action = 'access.denied';
  await inTransaction(context.db, async (trx) => {
    const now = context.clock();
    if (!(await countEvent(trx, { userId: user.id, action }, ROW_LIMITS[action], now))) return;
    await record(trx, now, {
      action,
      actor: { kind: 'member', id: user.id },
      subjectId: user.id,
      client,
      details: { method, path: path.slice(0, LONGEST_PATH) },
    });
  });
}

/**
 * Counts an attempt to log in that a throttle refused: one row an hour says how many there were.
 *
 * @param user undefined when nobody has that name: it costs the same, or the time would tell who has an account
 */
export async function countThrottled(
  context: Pick<AccountContext, 'db' | 'clock'>,
  user: Pick<User, 'id'> | undefined,
): Promise<void> {
  const action = 'login.throttled';
  const key = { userId: user?.id ?? NOBODY, action };
  await inTransaction(context.db, (trx) => countEvent(trx, key, ROW_LIMITS[action], context.clock()));
}
