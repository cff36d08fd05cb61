import type { Transaction } from '../../database/transaction.ts';
import type { Message } from '../../mail/message.ts';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import type { AccountContext } from '../account-context.ts';
import { eventFacts } from '../events/account-events.ts';
import { formatReason } from '../events/events.ts';
import { replaceLink } from '../links.ts';

export const TEXTS = {
  subject: 'Reset your password',
  welcome: 'Your account is ready',
  asked: 'Somebody asked for a link with which the password of your account can be reset.',
  reported:
    'You told us of something that was not you. Every session is ended and the account is locked. To open it again, choose a new password.',
  byStore:
    'The store asks you to choose a new password. Until you do, the one that you have goes on working.',
  created: (store: string, username: string) =>
    `${store} has made an account for you. Your username is ${username}. Please choose a password.`,
  once: 'The link works once, within one hour.',
  onceInAWeek: 'The link works once, within 7 days.',
  label: 'Choose a new password',
  stranger: 'If you did not ask for it, do nothing: your password stays as it is.',
};

/** Why somebody is to choose a password. */
export type ResetCause =
  /** Somebody asked for it: when and from where. */
  | { kind: 'asked'; createdAt: number; address: string; userAgent: string }
  /** "This wasn't me". */
  | { kind: 'reported' }
  | { kind: 'by-store'; reason: string }
  /** The account is new. */
  | { kind: 'created'; reason: string };

/** How long a link to the first password works, in milliseconds. */
const FIRST_PASSWORD = 7 * DAY;

type Mailing = Pick<AccountContext, 'clock' | 'mailer' | 'config' | 'settings'>;
type Addressee = { id: number; username: string; email: string };
type Asked = Extract<ResetCause, { kind: 'asked' }>;

/**
 * Mails the link with which somebody chooses a new password; earlier ones no longer work.
 *
 * @returns the path that it leads to
 */
export async function queueResetLink(
  trx: Transaction,
  context: Mailing,
  user: Addressee,
  cause: ResetCause,
): Promise<string> {
  const { path, message } = await makeResetMail(trx, context, user, cause);
  await context.mailer.queue(trx, { to: user.email, userId: user.id, budget: 'unlimited', message });
  return path;
}

/**
 * The same for somebody who asked without being logged in.
 *
 * @param budget unlimited when it was a browser that the account knows
 * @returns whether it goes; if not, the mailbox has had enough, and earlier links go on working
 */
export async function queueAskedResetLink(
  trx: Transaction,
  context: Mailing,
  user: Addressee,
  { budget, ...asked }: Omit<Asked, 'kind'> & { budget: 'reset' | 'unlimited' },
): Promise<boolean> {
  const cause = { ...asked, kind: 'asked' } as const;
  const message = async () => (await makeResetMail(trx, context, user, cause)).message;
  return (await context.mailer.queue(trx, { to: user.email, userId: user.id, budget, message })) === 0;
}

async function makeResetMail(
  trx: Transaction,
  { clock, config, settings }: Mailing,
  user: Addressee,
  cause: ResetCause,
): Promise<{ path: string; message: Message }> {
  const created = cause.kind === 'created';
  const token = await replaceLink(trx, clock(), {
    purpose: 'reset-password',
    userId: user.id,
    data: { email: user.email },
    ...(created ? { lifetime: FIRST_PASSWORD } : {}),
  });
  const path = paths.resetLink(token);
  const asked = cause.kind === 'asked';
  const text = {
    asked: TEXTS.asked,
    reported: TEXTS.reported,
    'by-store': TEXTS.byStore,
    created: TEXTS.created(settings.storeName, user.username),
  }[cause.kind];
  const message = {
    subject: created ? TEXTS.welcome : TEXTS.subject,
    name: user.username,
    paragraphs: [
      text,
      ...('reason' in cause ? [formatReason(cause.reason)] : []),
      created ? TEXTS.onceInAWeek : TEXTS.once,
    ],
    ...(asked ? { facts: eventFacts(cause.createdAt, config.storeLocale, cause) } : {}),
    action: { label: TEXTS.label, path },
    ...(asked ? { closing: [TEXTS.stranger] } : {}),
  };
  return { path, message };
}
