import { inTransaction, type Transaction } from '../../database/transaction.ts';
import type { QueuedMail } from '../../mail/mailer.ts';
import { paths } from '../../paths.ts';
import { outcomeBefore, type SubmittedForm, submitOnce } from '../../web/submit-once.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { recogniseInvitee } from '../invitations/recognise-invitee.ts';
import { findLink, type Link, replaceLink, useLink } from '../links.ts';
import { findUser, lockUser, type User, updateUser } from '../users.table.ts';

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

/**
 * Mails the link with which somebody confirms the address; earlier ones no longer work.
 *
 * @param budget unlimited when the store's people asked for it
 * @returns 0, or how long until the mailbox may have one more, in milliseconds: then earlier links go on working
 */
export async function queueVerification(
  trx: Transaction,
  { clock, mailer, settings }: Pick<AccountContext, 'clock' | 'mailer' | 'settings'>,
  user: Addressee,
  budget: QueuedMail['budget'] = 'verification',
): Promise<number> {
  const makeVerification = () =>
    replaceLink(trx, clock(), { purpose: PURPOSE, userId: user.id, data: { email: user.email } });
  return mailer.queue(trx, {
    to: user.email,
    userId: user.id,
    budget,
    message: async () => ({
      subject: TEXTS.subject,
      name: user.username,
      paragraphs: [TEXTS.welcome(settings.storeName)],
      action: { label: TEXTS.label, path: paths.verifyEmail(await makeVerification()) },
      closing: [TEXTS.stranger],
    }),
  });
}

export type Resending =
  | { ok: true }
  | { ok: false; problem: 'verified' }
  /** @property retryAfter in milliseconds */
  | { ok: false; problem: 'throttled'; retryAfter: number };

/** Mails the link once more: three times an hour at most, and as often a day as the mailbox has room for. */
export async function resendVerification(
  context: AccountContext,
  userId: number,
  form: SubmittedForm,
): Promise<Resending> {
  // A double click takes one place.
  const before = await outcomeBefore<Resending>(context.db, form);
  if (before) return before;
  const retryAfter = await context.throttles.verificationMails.take(String(userId));
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  return inTransaction(context.db, async (trx) => {
    const user = await lockUser(trx, userId);
    if (!user || user.emailVerifiedAt !== null) return { ok: false, problem: 'verified' };
    return submitOnce(trx, context.clock(), form, async (): Promise<Resending> => {
      const full = await queueVerification(trx, context, user);
      return full > 0 ? { ok: false, problem: 'throttled', retryAfter: full } : { ok: true };
    });
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
  client: ClientInfo,
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
