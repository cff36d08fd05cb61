import { inTransaction, type Transaction } from '../database/transaction.ts';
import { paths } from '../paths.ts';
import type { AccountContext, AskingClient } from './account-context.ts';
import { recordAccountEvent } from './account-events.ts';
import { recogniseInvitee } from './inviting/recognition.ts';
import { findLink, type Link, replaceLink, useLink } from './links.ts';
import { findUser, lockUser, type User, updateUser } from './users.table.ts';

const TEXTS = {
  subject: 'Please confirm your e-mail address',
  welcome: (store: string) =>
    `Welcome to ${store}. Please confirm that this address is yours: the link works for 24 hours.`,
  label: 'Confirm the address',
  stranger: 'If you did not register, somebody mistyped an address: do nothing, and nothing happens.',
};

const PURPOSE = 'verify-email';

/** Somebody's address, to be confirmed. */
interface Addressee {
  id: number;
  username: string;
  email: string;
}

/** Mails the link with which somebody confirms the address; earlier ones no longer work. */
export async function queueVerification(
  trx: Transaction,
  { clock, mailer, settings }: Pick<AccountContext, 'clock' | 'mailer' | 'settings'>,
  user: Addressee,
): Promise<void> {
  const token = await replaceLink(trx, clock(), {
    purpose: PURPOSE,
    userId: user.id,
    data: { email: user.email },
  });
  await mailer.queue(trx, {
    to: user.email,
    userId: user.id,
    message: {
      subject: TEXTS.subject,
      name: user.username,
      paragraphs: [TEXTS.welcome(settings.storeName)],
      action: { label: TEXTS.label, path: paths.verifyEmail(token) },
      closing: [TEXTS.stranger],
    },
  });
}

export type Resending =
  | { ok: true }
  | { ok: false; problem: 'verified' }
  /** @property retryAfter in milliseconds */
  | { ok: false; problem: 'throttled'; retryAfter: number };

/** Mails the link once more, three times an hour at most. */
export async function resendVerification(context: AccountContext, userId: number): Promise<Resending> {
  const retryAfter = await context.throttles.verificationMails.take(String(userId));
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  return inTransaction(context.db, async (trx) => {
    const user = await lockUser(trx, userId);
    if (!user || user.emailVerifiedAt !== null) return { ok: false, problem: 'verified' };
    await queueVerification(trx, context, user);
    return { ok: true };
  });
}

export type FoundVerification = { state: 'live'; email: string } | { state: 'dead' | 'unknown' };

/** Looks at a link without using it: mail scanners open links, too. */
export async function findVerification(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  token: string,
): Promise<FoundVerification> {
  const found = await findLink(db, PURPOSE, token, clock());
  if (found.state !== 'live') return found;
  const user = await findUser(db, found.link.userId);
  return user && isFor(user, found.link) ? { state: 'live', email: user.email } : { state: 'dead' };
}

/** Whether the address that a link was mailed to is still the account's, and the account not shut by the store. */
function isFor(user: User, link: Link): boolean {
  return user.disabledAt === null && user.email === link.data.email;
}

export type Verifying = { ok: true } | { ok: false; problem: 'dead' | 'unknown' };

/** Confirms the address that a link was mailed to, unless the account has another one by now. */
export async function verifyEmail(
  context: AccountContext,
  token: string,
  client: AskingClient,
): Promise<Verifying> {
  return inTransaction(context.db, async (trx) => {
    const now = context.clock();
    const used = await useLink(trx, PURPOSE, token, now);
    if (used.state !== 'live') return { ok: false, problem: used.state };
    const { user } = used;
    if (!isFor(user, used.link)) return { ok: false, problem: 'dead' };
    if (user.emailVerifiedAt === null) {
      await updateUser(trx, user.id, { emailVerifiedAt: now });
      const more = await recogniseInvitee(trx, user, now);
      await recordAccountEvent(trx, context, { action: 'email.verified', user, client });
      for (const event of more) await recordAccountEvent(trx, context, event);
    }
    return { ok: true };
  });
}
