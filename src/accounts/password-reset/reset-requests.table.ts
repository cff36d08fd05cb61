import type { Database } from '../../database/connection.ts';
import { foldCase } from '../../database/fold-case.ts';
import { columns, toRow } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';

/** Somebody asked for a reset link for an address, whoever has it. Times are UTC milliseconds. */
export interface ResetRequest {
  id: number;
  emailKey: string;
  createdAt: number;
  address: string;
  userAgent: string;
  /** The hash of the secret by which the browser may be known; null when it has none. */
  browserHash: string | null;
}

export async function insertResetRequest(trx: Transaction, request: Omit<ResetRequest, 'id'>): Promise<void> {
  await trx('reset_requests').insert(toRow(request));
}

export async function listResetRequests(db: Database, limit: number): Promise<ResetRequest[]> {
  return db('reset_requests')
    .orderBy('id')
    .limit(limit)
    .select(columns('id emailKey createdAt address userAgent browserHash'));
}

/** @returns whether it was there until now; of two who ask at once one hears true */
export async function takeResetRequest(trx: Transaction, id: number): Promise<boolean> {
  return (await trx('reset_requests').where({ id }).delete()) === 1;
}

export async function deleteResetRequestsFor(trx: Transaction, email: string): Promise<void> {
  await trx('reset_requests').where('email_key', foldCase(email)).delete();
}
