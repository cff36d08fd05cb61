import { randomUUID } from 'node:crypto';
import type { Transaction } from '../database/transaction.ts';
import { takeInTransaction } from '../rate-limits/rate-limits.ts';
import { type Clock, DAY } from '../shared/clock.ts';
import type { Encryptor } from '../shared/crypto/encryption.ts';
import { encryptMail, type Mail, type Message, mailboxOf } from './message.ts';
import { insertOutboxRow } from './outbox.table.ts';

export const TEXTS = {
  last: 'This is the last email of this kind that we send you within 24 hours.',
};

/**
 * How many mails a mailbox gets in a day of those that anybody can cause who knows the address: ten together
 * (docs/decisions/0042-mail-budget.md).
 */
export const MAIL_BUDGETS = {
  /** To an address that is not confirmed: the link that confirms it, and what else answers a registration. */
  verification: 4,
  reset: 3,
  /** What somebody can cause who is not logged in, or knows no more than the password. */
  notices: 3,
};

export interface QueuedMail extends Omit<Mail, 'message'> {
  /** What it counts against; unlimited is what a member causes who is logged in or reads the mailbox, and the staff. */
  budget: keyof typeof MAIL_BUDGETS | 'unlimited';
  /** What it says; a function where that takes a link, which is made only if the mail goes. */
  message: Message | (() => Promise<Message>);
}

export type Mailer = ReturnType<typeof createMailer>;

/** Takes mails; the sender sends them later. */
export function createMailer({ encryptor, clock }: { encryptor: Encryptor; clock: Clock }) {
  function takeBudget(trx: Transaction, budget: keyof typeof MAIL_BUDGETS, to: string) {
    const limit = { name: `mail-${budget}`, points: MAIL_BUDGETS[budget], duration: DAY };
    return takeInTransaction(trx, limit, mailboxOf(to), clock());
  }

  return {
    /**
     * Puts a mail into the outbox, in the transaction of its cause: both are kept or neither.
     *
     * @returns 0, or how long until there is room in the mailbox's budget again, in milliseconds: then there is no mail
     */
    async queue(trx: Transaction, { budget, message, ...mail }: QueuedMail): Promise<number> {
      const taken = budget === 'unlimited' ? undefined : await takeBudget(trx, budget, mail.to);
      if (taken && taken.retryAfter > 0) return taken.retryAfter;
      const text = typeof message === 'function' ? await message() : message;
      const closing = [...(text.closing ?? []), ...(taken?.left === 0 ? [TEXTS.last] : [])];
      const messageId = randomUUID();
      await insertOutboxRow(trx, {
        userId: mail.userId ?? null,
        messageId,
        encryptedMail: encryptMail(encryptor, messageId, { ...mail, message: { ...text, closing } }),
        createdAt: clock(),
      });
      return 0;
    },
  };
}
