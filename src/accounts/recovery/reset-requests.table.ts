import type { Database } from '../../database/connection.ts';
import type { Transaction } from '../../database/transaction.ts';

/** Somebody asked for a reset link for an address, whoever has it. Times are UTC milliseconds. */
export interface ResetRequest {
  id: number;
  emailKey: string;
  createdAt: number;
  address: string;
  userAgent: string;
}

export async function insertResetRequest(db: Database, request: Omit<ResetRequest, 'id'>): Promise<void> {
  await db('reset_requests').insert({
    email_key: request.emailKey,
    created_at: request.createdAt,
    address: request.address,
    user_agent: request.userAgent,
  });
}

/** The oldest requests. */
export async function listResetRequests(db: Database, limit: number): Promise<ResetRequest[]> {
  return db('reset_requests').orderBy('id').limit(limit).select({
    id: 'id',
    emailKey: 'email_key',
    createdAt: 'created_at',
    address: 'address',
    userAgent: 'user_agent',
  });
}

/** @returns whether it was there until now; of two who ask at once one hears true */
export async function takeResetRequest(trx: Transaction, id: number): Promise<boolean> {
  return (await trx('reset_requests').where({ id }).delete()) === 1;
}
