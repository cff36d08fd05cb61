import type { Transaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import type { AccountContext, AskingClient } from '../account-context.ts';
import { eventFacts } from '../event-facts.ts';
import { replaceLink } from '../links.ts';

const TEXTS = {
  subject: 'Reset your password',
  asked: 'Somebody asked for a link with which the password of your account can be reset.',
  reported:
    'You told us of something that was not you. Every session is ended and the account is locked. To open it again, choose a new password.',
  once: 'The link works once, within one hour.',
  label: 'Choose a new password',
  stranger: 'If you did not ask for it, do nothing: your password stays as it is.',
};

export const RESET_PURPOSE = 'reset-password';

/**
 * Mails the link with which somebody chooses a new password; earlier ones no longer work.
 *
 * @param cause who asked for it, when and from where; without it, "This wasn't me" did
 */
export async function queueResetLink(
  trx: Transaction,
  { clock, mailer, config }: Pick<AccountContext, 'clock' | 'mailer' | 'config'>,
  user: { id: number; username: string; email: string },
  { asked }: { asked?: { createdAt: number } & Pick<AskingClient, 'address' | 'userAgent'> } = {},
): Promise<void> {
  const token = await replaceLink(trx, clock(), {
    purpose: RESET_PURPOSE,
    userId: user.id,
    data: { email: user.email },
  });
  await mailer.queue(trx, {
    to: user.email,
    userId: user.id,
    message: {
      subject: TEXTS.subject,
      name: user.username,
      paragraphs: [asked ? TEXTS.asked : TEXTS.reported, TEXTS.once],
      ...(asked ? { facts: eventFacts(asked.createdAt, config.storeLocale, asked) } : {}),
      action: { label: TEXTS.label, path: paths.resetLink(token) },
      ...(asked ? { closing: [TEXTS.stranger] } : {}),
    },
  });
}
