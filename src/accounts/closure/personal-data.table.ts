import type { Database } from '../../database/connection.ts';
import { columns } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';
import type { PersonalRow } from '../../features/declared-rows.table.ts';
import { NO_PASSWORD } from '../users.table.ts';

/** A member's own row, for an export. */
export async function readProfile(db: Database, userId: number): Promise<PersonalRow> {
  return db('users')
    .where('id', userId)
    .first({
      ...columns('username email role emailVerifiedAt approvedAt passwordChangedAt'),
      registeredAt: 'created_at',
      twoFactorTurnedOnAt: 'two_factor_since',
    });
}

/** Whose accounts were closed long enough ago to be erased. */
export async function listDueClosings(db: Database, now: number, limit: number): Promise<number[]> {
  return db('users')
    .where('closing_at', '<=', now)
    .whereNull('erased_at')
    .orderBy('closing_at')
    .limit(limit)
    .pluck('id');
}

/**
 * Leaves of a user a row that says that there was one: what others keep (orders) still leads to it. Its name holds
 * characters that no username and no address has, so nobody can register it.
 */
export async function eraseUser(trx: Transaction, id: number, now: number): Promise<void> {
  const nobody = `erased #${id}`;
  await trx('users').where('id', id).update({
    username: nobody,
    username_key: nobody,
    email: '',
    email_key: nobody,
    email_domain: null,
    password_hash: NO_PASSWORD,
    role: 'user',
    disabled_at: now,
    erased_at: now,
    closing_at: null,
    locked_at: null,
    two_factor_since: null,
    email_verified_at: null,
    password_changed_at: null,
  });
}
