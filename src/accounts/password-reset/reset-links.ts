import type { Transaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import type { AccountContext } from '../account-context.ts';
import { eventFacts } from '../events/account-events.ts';
import { formatReason } from '../events/events.ts';
import { replaceLink } from '../links.ts';
import type { User } from '../users.table.ts';

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
type ResetCause =
  /** Somebody asked for it: when and from where. */
  | { kind: 'asked'; createdAt: number; address: string; userAgent: string }
  /** "This wasn't me". */
  | { kind: 'reported' }
  | { kind: 'by-store'; reason: string }
  /** The account is new. */
  | { kind: 'created'; reason: string };

/** How long a link to the first password works, in milliseconds. */
const FIRST_PASSWORD = 7 * DAY;

/**
 * Mails the link with which somebody chooses a new password; earlier ones no longer work.
 *
 * @param budget unlimited but for who asked without being logged in, from a browser that the account does not know
 * @returns the path that it leads to; undefined when the mailbox has had enough: then earlier links go on working
 */
export async function queueResetLink(
  trx: Transaction,
  { clock, mailer, config, settings }: Pick<AccountContext, 'clock' | 'mailer' | 'config' | 'settings'>,
  user: Pick<User, 'id' | 'username' | 'email'>,
  cause: ResetCause,
  budget: 'reset' | 'unlimited' = 'unlimited',
): Promise<string | undefined> {
  const isNew = cause.kind === 'created';
  const texts = {
    asked: TEXTS.asked,
    reported: TEXTS.reported,
    'by-store': TEXTS.byStore,
    created: TEXTS.created(settings.storeName, user.username),
  };
  let path: string | undefined;
  await mailer.queue(trx, {
    to: user.email,
    userId: user.id,
    budget,
    async message() {
      const token = await replaceLink(trx, clock(), {
        purpose: 'reset-password',
        userId: user.id,
        data: { email: user.email },
        ...(isNew ? { lifetime: FIRST_PASSWORD } : {}),
      });
      path = paths.resetLink(token);
      const asked = cause.kind === 'asked' && {
        facts: eventFacts(cause.createdAt, config.storeLocale, cause),
        closing: [TEXTS.stranger],
      };
      return {
        subject: isNew ? TEXTS.welcome : TEXTS.subject,
        name: user.username,
        paragraphs: [
          texts[cause.kind],
          ...('reason' in cause ? [formatReason(cause.reason)] : []),
          isNew ? TEXTS.onceInAWeek : TEXTS.once,
        ],
        action: { label: TEXTS.label, path },
        ...asked,
      };
    },
  });
  return path;
}
