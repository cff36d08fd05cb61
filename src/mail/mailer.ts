import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Transaction } from '../database/transaction.ts';
import type { Sealer } from '../sealing.ts';
import type { Mail } from './message.ts';
import { insertOutboxRow } from './outbox.table.ts';
import { sealMail } from './sealed-mail.ts';

/** Takes mails; the sender sends them later. */
export interface Mailer {
  /** Puts a mail into the outbox, in the transaction of its cause: both are kept or neither. */
  queue: (trx: Transaction, mail: Mail) => Promise<void>;
}

export function createMailer({ sealer, clock }: { sealer: Sealer; clock: Clock }): Mailer {
  return {
    async queue(trx, mail) {
      const messageId = randomUUID();
      await insertOutboxRow(trx, {
        userId: mail.userId ?? null,
        messageId,
        sealedMail: sealMail(sealer, messageId, mail),
        createdAt: clock(),
      });
    },
  };
}
