import { type Actor, record } from '../../audit/audit.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import type { AccountContext } from '../account-context.ts';
import { lockUser, type User } from '../users.table.ts';
import { makeAlarm } from './account-events.ts';
import {
  type EventCount,
  type EventKey,
  listDueCounts,
  lockEventCount,
  saveEventCount,
} from './event-counts.table.ts';
import { type AccountAction, noticeOf } from './events.ts';
import { NOBODY, ROW_LIMITS } from './limited-events.ts';

const TEXTS = { since: 'Since', activity: 'Show the activity' };

const BATCH = 100;

/** The longest time within which events are gathered; a count that began before is forgotten. */
export const LONGEST_GATHERING = DAY;

type MailContext = Pick<AccountContext, 'db' | 'clock' | 'mailer' | 'config'>;

/**
 * Tells what was gathered because there was too much of it: one row of the audit log or one mail says how many events
 * there were, and since when. Of several processes one tells it.
 */
export async function tellGathered(context: MailContext): Promise<void> {
  for (const key of await listDueCounts(context.db, context.clock(), BATCH)) {
    await inTransaction(context.db, (trx) => tell(trx, context, key));
  }
}

async function tell(trx: Transaction, context: MailContext, key: EventKey): Promise<void> {
  const now = context.clock();
  // The account is locked before what is counted of it, as everywhere.
  const user = await lockUser(trx, key.userId);
  const count = await lockEventCount(trx, key, now);
  if (count.dueAt === null || count.dueAt > now) return;
  const told = { beganAt: now, told: 1, gathered: 0, gatheredSince: null, dueAt: null };
  if (key.action in ROW_LIMITS) {
    await saveEventCount(trx, key, told);
    return writeRow(trx, now, key, count);
  }
  const retryAfter = user ? await queueDigest(trx, context, user, key.action as AccountAction, count) : 0;
  await saveEventCount(trx, key, retryAfter > 0 ? { ...count, dueAt: now + retryAfter } : told);
}

async function writeRow(
  trx: Transaction,
  now: number,
  { userId, action }: EventKey,
  { gathered, gatheredSince }: EventCount,
): Promise<void> {
  const isMember = action === 'access.denied';
  const actor: Actor = isMember ? { kind: 'member', id: userId } : { kind: 'guest' };
  const subject = userId === NOBODY ? {} : { subjectId: userId };
  const since = new Date(gatheredSince ?? now).toISOString();
  await record(trx, now, { action, actor, ...subject, details: { more: gathered, since } });
}

/** @returns 0, or how long until the mailbox may have one more, in milliseconds */
async function queueDigest(
  trx: Transaction,
  context: MailContext,
  user: User,
  action: AccountAction,
  { gathered, gatheredSince }: EventCount,
): Promise<number> {
  const now = context.clock();
  const digest = noticeOf(action, {})?.digest;
  if (!digest || user.emailVerifiedAt === null) return 0;
  return context.mailer.queue(trx, {
    to: user.email,
    userId: user.id,
    budget: 'notices',
    message: async () => ({
      subject: digest.subject,
      name: user.username,
      paragraphs: [digest.text(gathered)],
      facts: [{ label: TEXTS.since, value: formatMoment(gatheredSince ?? now, context.config.storeLocale) }],
      action: { label: TEXTS.activity, path: paths.activity() },
      alarm: await makeAlarm(trx, now, user),
    }),
  });
}
