import { NO_PASSWORD, USER_COLUMNS, type User } from '../accounts/users.table.ts';
import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';

/** A member as staff see them. */
export interface MemberRecord extends User {
  /** In UTC milliseconds. */
  createdAt: number;
  /** Whether one was chosen: not yet, where the store made the account. */
  hasPassword: boolean;
}

/** Finds a member; who was erased is none. */
export async function findMemberRecord(
  db: Database | Transaction,
  id: number,
): Promise<MemberRecord | undefined> {
  const row = await db('users')
    .where({ id })
    .whereNull('erased_at')
    .first({ ...USER_COLUMNS, createdAt: 'users.created_at', passwordHash: 'users.password_hash' });
  if (!row) return undefined;
  const { passwordHash, ...member } = row;
  return { ...member, hasPassword: passwordHash !== NO_PASSWORD };
}
