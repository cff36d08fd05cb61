import { type Actor, type AuditClient, record } from '../audit/audit.ts';
import type { Transaction } from '../database/transaction.ts';
import { paths } from '../paths.ts';
import type { AccountContext } from './account-context.ts';
import { eventFacts } from './event-facts.ts';
import { type AccountAction, noticeOf, reasonOf } from './events.ts';
import { makeLink } from './links.ts';

const TEXTS = {
  byTheStore: 'This was done by the store.',
  alarm:
    'If this was not you, say so: every session is ended, the account is locked, and we help you back in.',
  alarmLabel: 'This wasn’t me',
  storeAlarm:
    'If you did not ask the store for this, say so: every session is ended, the account is locked, and we help you back in.',
  storeAlarmLabel: 'I did not ask for this',
};

/** Something that happened to an account. */
export interface AccountEvent {
  action: AccountAction;
  /** Whose account; the notice goes to this address. */
  user: { id: number; username: string; email: string };
  /** Who did it, when it was not the member. */
  actor?: Actor;
  client?: AuditClient | undefined;
  details?: Record<string, unknown>;
  /** No mail, though this kind of event has one. */
  quiet?: boolean;
  /** Whether the notice has a way to say that it was somebody else; not where a stranger may read it. */
  alarm?: boolean;
  /** The notice's button, where there is something to do. */
  button?: { label: string; path: string } | undefined;
  /** What "This wasn't me" takes back besides: the passkey that was added, for instance. */
  undo?: Record<string, unknown>;
}

/**
 * Writes an event into the audit log and, if its kind has a notice, mails it to the member, in the transaction of
 * what happened. To be called last in it (see `record`). Each notice says when, where and on which device; what the
 * member did carries a link for whoever it was not, and so does what somebody may have talked the store into.
 */
export async function recordAccountEvent(
  trx: Transaction,
  context: Pick<AccountContext, 'clock' | 'mailer' | 'config'>,
  event: AccountEvent,
): Promise<void> {
  const { action, user, client, details = {}, actor = { kind: 'member', id: user.id }, alarm = true } = event;
  const now = context.clock();
  const notice = event.quiet ? undefined : noticeOf(action, details);
  if (notice) {
    const byStore = actor.kind === 'operator' || (actor.kind === 'member' && actor.id !== user.id);
    await context.mailer.queue(trx, {
      to: user.email,
      userId: user.id,
      message: {
        subject: notice.subject,
        name: user.username,
        paragraphs: [notice.text, ...reasonOf(action, details), ...(byStore ? [TEXTS.byTheStore] : [])],
        facts: eventFacts(now, context.config.storeLocale, byStore ? undefined : client),
        ...(event.button ? { action: event.button } : {}),
        ...(alarm && !notice.harmless ? { alarm: await makeAlarm(trx, now, event, byStore) } : {}),
      },
    });
  }
  await record(trx, now, {
    action,
    actor,
    subjectId: user.id,
    ...(client ? { client } : {}),
    ...(event.details ? { details: event.details } : {}),
  });
}

/** Makes "This wasn't me": a link that knows to which address it was mailed. */
async function makeAlarm(trx: Transaction, now: number, { user, undo }: AccountEvent, byStore: boolean) {
  const data = { ...undo, mailedTo: user.email };
  const token = await makeLink(trx, now, { purpose: 'not-me', userId: user.id, data });
  const path = paths.notMe(token);
  if (byStore) return { text: TEXTS.storeAlarm, label: TEXTS.storeAlarmLabel, path };
  return { text: TEXTS.alarm, label: TEXTS.alarmLabel, path };
}
