import type { Transaction } from '../../database/transaction.ts';
import type { QueuedMail } from '../../mail/mailer.ts';
import { paths } from '../../paths.ts';
import type { SubmittedForm } from '../../web/submit-once.ts';
import type { AccountContext } from '../account-context.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { recogniseInvitee } from '../invitations/acceptance.ts';
import { type MailedLink, replaceLink } from '../links.ts';
import { resendLink } from '../resend-link.ts';
import { type User, updateUser } from '../users.table.ts';

const TEXTS = {
  subject: 'Please confirm your e-mail address',
  welcome: (store: string) =>
    `Welcome to ${store}. Please confirm that this address is yours: the link works for 24 hours.`,
  label: 'Confirm the address',
  stranger: 'If you did not register, somebody mistyped an address: do nothing, and nothing happens.',
};

const PURPOSE = 'verify-email';

/**
 * Mails the link with which somebody confirms the address; earlier ones no longer work.
 *
 * @param budget unlimited when the store's people asked for it
 * @returns 0, or how long until the mailbox may have one more, in milliseconds: then earlier links go on working
 */
export async function queueVerification(
  trx: Transaction,
  { clock, mailer, settings }: Pick<AccountContext, 'clock' | 'mailer' | 'settings'>,
  user: Pick<User, 'id' | 'username' | 'email'>,
  budget: QueuedMail['budget'] = 'verification',
): Promise<number> {
  const link = { purpose: PURPOSE, userId: user.id, data: { email: user.email } } as const;
  return mailer.queue(trx, {
    to: user.email,
    userId: user.id,
    budget,
    message: async () => ({
      subject: TEXTS.subject,
      name: user.username,
      paragraphs: [TEXTS.welcome(settings.storeName)],
      action: { label: TEXTS.label, path: paths.verifyEmail(await replaceLink(trx, clock(), link)) },
      closing: [TEXTS.stranger],
    }),
  });
}

/** Mails the link once more. */
export function resendVerification(context: AccountContext, userId: number, form: SubmittedForm) {
  return resendLink(context, userId, form, async (trx, user) =>
    user.emailVerifiedAt === null
      ? { email: user.email, retryAfter: await queueVerification(trx, context, user) }
      : undefined,
  );
}

/** Confirms the address that a link was mailed to, unless the account has another one by now. */
export const verificationLink: MailedLink<void> = {
  purpose: PURPOSE,
  worksFor: (user, link) => user.disabledAt === null && user.email === link.data.email,
  async apply(trx, context, { user, client }) {
    if (user.emailVerifiedAt !== null) return;
    const now = context.clock();
    await updateUser(trx, user.id, { emailVerifiedAt: now });
    const more = await recogniseInvitee(trx, user, now);
    await recordAccountEvent(trx, context, { action: 'email.verified', user, client });
    for (const event of more) await recordAccountEvent(trx, context, event);
  },
};
