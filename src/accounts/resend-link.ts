import { inTransaction, type Transaction } from '../database/transaction.ts';
import type { Throttled } from '../rate-limits/throttle.ts';
import { outcomeBefore, type SubmittedForm, submitOnce } from '../web/submit-once.ts';
import type { AccountContext } from './account-context.ts';
import { lockUser, type User } from './users.table.ts';

type ResentLink = { ok: true; email: string } | { ok: false; problem: 'nothing-to-send' } | Throttled;

/**
 * Mails somebody a link once more: three times an hour at most, and as often a day as the mailbox has room for.
 *
 * @param queue mails it. Gives the address and 0, or how long until its mailbox may have one more, in milliseconds;
 *   undefined where there is nothing to be mailed any more
 */
export async function resendLink(
  { db, clock, throttles }: Pick<AccountContext, 'db' | 'clock' | 'throttles'>,
  userId: number,
  form: SubmittedForm,
  queue: (trx: Transaction, user: User) => Promise<{ email: string; retryAfter: number } | undefined>,
): Promise<ResentLink> {
  // A double click takes one place.
  const before = await outcomeBefore<ResentLink>(db, form);
  if (before) return before;
  const retryAfter = await throttles.verificationMails.take(String(userId));
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  return inTransaction(db, async (trx) => {
    const user = await lockUser(trx, userId);
    return submitOnce(trx, clock(), form, async (): Promise<ResentLink> => {
      const mail = user && (await queue(trx, user));
      if (!mail) return { ok: false, problem: 'nothing-to-send' };
      if (mail.retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter: mail.retryAfter };
      return { ok: true, email: mail.email };
    });
  });
}
