import type { Database } from '../../database/connection.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import type { SubmittedForm } from '../../web/submit-once.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { recogniseInvitee } from '../invitations/acceptance.ts';
import { knownAddressMessage } from '../known-address.ts';
import { endLinksOf, findLiveLink } from '../links.table.ts';
import { type MailedLink, replaceLink } from '../links.ts';
import { moveEmail } from '../rename.ts';
import { resendLink } from '../resend-link.ts';
import { findByEmail, isActive, type User } from '../users.table.ts';
import { type EmailChange, offerUndo } from './old-email.ts';

export const TEXTS = {
  asked: {
    subject: 'Please confirm your new e-mail address',
    text: (store: string) =>
      `This address is to become the one of your account at ${store}. Please confirm that it is yours: the link works for 24 hours, and until then nothing changes.`,
    label: 'Confirm the new address',
    stranger: 'If you did not ask for this, somebody mistyped an address: do nothing, and nothing happens.',
  },
  changed: {
    subject: 'Your e-mail address was changed',
    toNew: (store: string) => `From now on ${store} writes to this address.`,
  },
};

const PURPOSE = 'new-email';

/** The address that somebody has asked for and not confirmed yet. */
export async function findPendingEmail(db: Database, userId: number, now: number) {
  const row = await findLiveLink(db, userId, PURPOSE, now);
  return row && { email: String(JSON.parse(row.data).email), expiresAt: row.expiresAt };
}

/**
 * Mails the link that proves a new address to that address; earlier ones no longer work. With MEMBERSHIP=verified an
 * address may be another account's: then its member reads that somebody wants it, and for who asked all is as if the link
 * had gone there (OWASP ASVS 5.0, 6.3.8).
 *
 * @returns 0, or how long until that mailbox may have one more, in milliseconds: then earlier links go on working
 */
export async function queueNewEmailLink(
  trx: Transaction,
  { clock, mailer, settings }: Pick<AccountContext, 'clock' | 'mailer' | 'settings'>,
  user: Pick<User, 'id' | 'username'>,
  email: string,
): Promise<number> {
  const found = settings.membership === 'verified' ? await findByEmail(trx, email) : undefined;
  const owner = found?.id === user.id ? undefined : found;
  return mailer.queue(trx, {
    to: owner?.email ?? email,
    userId: owner?.id ?? user.id,
    budget: 'verification',
    message: async () => {
      const proof = await replaceLink(trx, clock(), { purpose: PURPOSE, userId: user.id, data: { email } });
      if (owner) return knownAddressMessage({ settings }, owner, 'wanted');
      return {
        subject: TEXTS.asked.subject,
        name: user.username,
        paragraphs: [TEXTS.asked.text(settings.storeName)],
        action: { label: TEXTS.asked.label, path: paths.confirmNewEmail(proof) },
        closing: [TEXTS.asked.stranger],
      };
    },
  });
}

/** Mails the link for the pending address once more. */
export function resendNewEmailLink(context: AccountContext, userId: number, form: SubmittedForm) {
  return resendLink(context, userId, form, async (trx, user) => {
    const pending = await findPendingEmail(trx, userId, context.clock());
    if (!pending) return undefined;
    const { email } = pending;
    return { email, retryAfter: await queueNewEmailLink(trx, context, user, email) };
  });
}

/** Takes back the wish for another address: the mailed link no longer works. */
export async function cancelNewEmail(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  userId: number,
): Promise<void> {
  await inTransaction(db, (trx) => endLinksOf(trx, userId, [PURPOSE], clock()));
}

/**
 * Gives an account the address that a link was mailed to, which proves it. A proven old address is told and can take
 * the change back for seven days; one that was never proven is not told: it may be a stranger's.
 */
export const newEmailLink: MailedLink<EmailChange> = {
  purpose: PURPOSE,
  worksFor: isActive,
  async apply(trx, context, { link, user, client }) {
    const now = context.clock();
    const email = String(link.data.email);
    if (!(await moveEmail(trx, user, email, now))) return { email, taken: true };
    await endLinksOf(trx, user.id, ['verify-email', 'reset-password'], now);
    const more = await recogniseInvitee(trx, { ...user, email }, now);
    // At one instant: whatever is mailed after it goes to the new address (see `putEmailBack`).
    await tellOfChange(trx, context, user, email, client);
    for (const event of more) await recordAccountEvent(trx, context, event);
    return { email, taken: false };
  },
};

/** @param user as before the change */
async function tellOfChange(
  trx: Transaction,
  context: AccountContext,
  user: User,
  email: string,
  client: ClientInfo,
): Promise<void> {
  const { clock, mailer, settings } = context;
  const paragraphs = [TEXTS.changed.toNew(settings.storeName)];
  const message = { subject: TEXTS.changed.subject, name: user.username, paragraphs };
  await mailer.queue(trx, { to: email, userId: user.id, budget: 'unlimited', message });
  const event = { action: 'email.changed', user, client, details: { from: user.email, to: email } } as const;
  const isProven = user.emailVerifiedAt !== null;
  const undo = isProven && { button: await offerUndo(trx, clock(), user), undo: { email: user.email } };
  await recordAccountEvent(trx, context, { ...event, ...undo });
}
