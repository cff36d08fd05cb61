import { record } from '../../audit/audit.ts';
import { inTransaction } from '../../database/transaction.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import type { User } from '../users.table.ts';
import { countEvent } from './event-limits.ts';
import { NOBODY, ROW_LIMITS } from './gathered-events.ts';

/** As much of a path as a reader needs. */
const LONGEST_PATH = 200;

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
