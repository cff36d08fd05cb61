import type { Transaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { distrustBrowsersOf } from '../credentials/known-browsers.table.ts';
import { revokeAllAccess } from '../credentials/revoke-access.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { endLinksOf } from '../links.table.ts';
import { LINK_LIFETIMES, type MailedLink, makeLink } from '../links.ts';
import { releaseEmails, reserveName } from '../reserved-names.table.ts';
import { changeEmail, type User } from '../users.table.ts';

export const TEXTS = {
  undo: 'Take the change back',
  undone: {
    subject: 'The change of your e-mail address was undone',
    text: (to: string) =>
      `The change of your account’s e-mail address to this one was undone from the address before it, ${to}. Every device and program was logged out, and personal access tokens were removed.`,
  },
};

const PURPOSE = 'old-email';
const LIFETIME = LINK_LIFETIMES[PURPOSE];

/**
 * Lets the old address take a change back for seven days, and keeps it from everybody else until then.
 *
 * @param user as before the change
 * @returns the button for the notice to the old address
 */
export async function offerUndo(
  trx: Transaction,
  now: number,
  { id, email }: Pick<User, 'id' | 'email'>,
): Promise<{ label: string; path: string }> {
  const token = await makeLink(trx, now, { purpose: PURPOSE, userId: id, data: { email } });
  await reserveName(trx, { kind: 'email', name: email, userId: id, until: now + LIFETIME });
  return { label: TEXTS.undo, path: paths.undoNewEmail(token) };
}

/** @property taken whether another account got the address meanwhile: then nothing is changed */
export interface EmailChange {
  email: string;
  taken: boolean;
}

/** Sets an account's address back to the one that a link was mailed to (see `putEmailBack`). */
export const oldEmailLink: MailedLink<EmailChange> = {
  purpose: PURPOSE,
  // Also while the store has the account disabled: whose address it is does not hang on that.
  worksFor: () => true,
  async apply(trx, context, { link, user, client }) {
    const email = String(link.data.email);
    const changedAt = link.expiresAt - LIFETIME;
    const back = await putEmailBack(trx, context, user, { email, changedAt, client });
    return { email, taken: !back };
  },
};

/**
 * Sets an account's address back, as whoever changed it may not have been its owner: every login ends, personal
 * access tokens are removed, no browser is trusted, and all links die that were mailed to an address that came after.
 * Links to earlier addresses stay.
 *
 * @param back the address, proven, and when it was given up, in UTC milliseconds
 * @returns false when another account has the address
 */
export async function putEmailBack(
  trx: Transaction,
  context: Pick<AccountContext, 'clock' | 'mailer' | 'config'>,
  user: User,
  { email, changedAt, client }: { email: string; changedAt: number; client: ClientInfo },
): Promise<boolean> {
  const now = context.clock();
  if (!(await changeEmail(trx, user.id, email, now))) return false;
  await endLinksOf(trx, user.id, ['new-email', 'reset-password', 'verify-email'], now);
  await endLinksOf(trx, user.id, [PURPOSE, 'not-me'], now, changedAt);
  await releaseEmails(trx, user.id, changedAt + LIFETIME);
  await distrustBrowsersOf(trx, user.id);
  await revokeAllAccess(trx, user.id);
  if (user.email !== email && user.emailVerifiedAt !== null) {
    const { subject, text } = TEXTS.undone;
    const message = { subject, name: user.username, paragraphs: [text(email)] };
    await context.mailer.queue(trx, { to: user.email, userId: user.id, budget: 'unlimited', message });
  }
  const details = { from: user.email, to: email };
  await recordAccountEvent(trx, context, { action: 'email.change-undone', user, client, details });
  return true;
}
