import { type Actor, type AuditClient, record } from '../../audit/audit.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { Message } from '../../mail/message.ts';
import { paths } from '../../paths.ts';
import { formatMoment } from '../../shared/format/dates.ts';
import { formatDevice } from '../../shared/format/devices.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { makeLink } from '../links.ts';
import { type AccountAction, noticeOf, reasonOf } from './events.ts';
import { countEvent, gatherEvent } from './limited-events.ts';

const TEXTS = {
  when: 'When',
  where: 'Network address',
  device: 'Device',
  byTheStore: 'This was done by the store.',
  alarm: {
    text: 'If this was not you, say so: every session is ended, the account is locked, and we help you back in.',
    label: 'This wasn’t me',
  },
  storeAlarm: {
    text: 'If you did not ask the store for this, say so: every session is ended, the account is locked, and we help you back in.',
    label: 'I did not ask for this',
  },
};

export interface AccountEvent {
  action: AccountAction;
  /** Whose account; the notice goes to this address, if it was ever confirmed: until then it may be a stranger's. */
  user: { id: number; username: string; email: string; emailVerifiedAt: number | null };
  /** Who did it, when it was not the member. */
  actor?: Actor;
  client?: AuditClient | undefined;
  details?: Record<string, unknown>;
  /** No mail, though this kind of event has one. */
  quiet?: boolean;
  button?: { label: string; path: string } | undefined;
  /** What "This wasn't me" takes back besides: the passkey that was added, for instance. */
  undo?: Record<string, unknown> | undefined;
}

/**
 * Writes an event into the audit log and, if its kind has a notice, mails it to the member, in the transaction of
 * what happened. Each notice says when, where and on which device; what the member did carries a link for whoever it
 * was not, and so does what somebody may have talked the store into. An address that was never confirmed gets none but
 * those that its member waits for.
 */
export async function recordAccountEvent(
  trx: Transaction,
  context: Pick<AccountContext, 'clock' | 'mailer' | 'config'>,
  event: AccountEvent,
): Promise<void> {
  const { action, user, client, actor = { kind: 'member', id: user.id } } = event;
  const now = context.clock();
  if (!event.quiet) await queueNotice(trx, context, { ...event, actor }, now);
  await record(trx, now, {
    action,
    actor,
    subjectId: user.id,
    ...(client ? { client } : {}),
    ...(event.details ? { details: event.details } : {}),
  });
}

/** Mails the notice of an event, if its kind has one and it need not wait for others. */
async function queueNotice(
  trx: Transaction,
  { mailer, config }: Pick<AccountContext, 'mailer' | 'config'>,
  event: AccountEvent & { actor: Actor },
  now: number,
): Promise<void> {
  const { action, user, client, actor, details = {} } = event;
  const notice = noticeOf(action, details);
  const isConfirmed = user.emailVerifiedAt !== null;
  if (!notice || !(isConfirmed || notice.ordered)) return;
  const { digest } = notice;
  const key = { userId: user.id, action };
  if (digest && !(await countEvent(trx, key, digest, now))) return;

  const byStore = actor.kind === 'operator' || (actor.kind === 'member' && actor.id !== user.id);
  const button = event.button ?? notice.button;
  const budget = digest ? 'notices' : 'unlimited';
  const retryAfter = await mailer.queue(trx, {
    to: user.email,
    userId: user.id,
    // Of the two that an address may use up which is not confirmed, the one that "Send again" does not.
    budget: isConfirmed || byStore ? budget : 'reset',
    message: async () => ({
      subject: notice.subject,
      name: user.username,
      paragraphs: [notice.text, ...reasonOf(action, details), ...(byStore ? [TEXTS.byTheStore] : [])],
      facts: eventFacts(now, config.storeLocale, byStore ? undefined : client),
      ...(button ? { action: button } : {}),
      // Not where a stranger may read it.
      ...(isConfirmed && !notice.harmless
        ? { alarm: await makeAlarm(trx, now, user, { byStore, undo: event.undo }) }
        : {}),
    }),
  });
  if (digest && retryAfter > 0) await gatherEvent(trx, key, now + retryAfter, now);
}

/** Makes "This wasn't me": a link that knows to which address it was mailed. */
export async function makeAlarm(
  trx: Transaction,
  now: number,
  user: Pick<AccountEvent['user'], 'id' | 'email'>,
  { byStore = false, undo }: { byStore?: boolean; undo?: AccountEvent['undo'] } = {},
): Promise<Required<Message>['alarm']> {
  const data = { ...undo, mailedTo: user.email };
  const token = await makeLink(trx, now, { purpose: 'not-me', userId: user.id, data });
  return { ...(byStore ? TEXTS.storeAlarm : TEXTS.alarm), path: paths.notMe(token) };
}

/** What a mail says of the moment that it is about: when, from where and on which device. */
export function eventFacts(
  at: number,
  locale: string,
  client?: Pick<ClientInfo, 'address' | 'userAgent'>,
): { label: string; value: string }[] {
  return [
    { label: TEXTS.when, value: formatMoment(at, locale) },
    ...(client
      ? [
          { label: TEXTS.where, value: client.address },
          { label: TEXTS.device, value: formatDevice(client.userAgent) },
        ]
      : []),
  ];
}
