import type { Transaction } from '../database/transaction.ts';

/** A mail as the outbox keeps it. Times are UTC milliseconds. */
export interface NewOutboxRow {
  userId: number | null;
  messageId: string;
  sealedMail: string;
  createdAt: number;
}

export async function insertOutboxRow(trx: Transaction, row: NewOutboxRow): Promise<void> {
  await trx('outbox').insert({
    user_id: row.userId,
    message_id: row.messageId,
    sealed_mail: row.sealedMail,
    created_at: row.createdAt,
    due_at: row.createdAt,
  });
}
