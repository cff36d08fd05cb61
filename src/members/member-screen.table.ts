import { NO_PASSWORD, USER_COLUMNS, type User } from '../accounts/users.table.ts';
import type { Database } from '../database/connection.ts';
import { columnsOf } from '../database/rows.ts';

export interface MemberRecord extends User {
  /** In UTC milliseconds. */
  createdAt: number;
  /** Whether one was chosen: not yet, where the store made the account. */
  hasPassword: boolean;
}

/** Finds a member; who was erased is none. */
export async function findMemberRecord(db: Database, id: number): Promise<MemberRecord | undefined> {
  const row = await db('users')
    .where({ id })
    .whereNull('erased_at')
    .first({ ...columnsOf('users', 'createdAt passwordHash'), ...USER_COLUMNS });
  if (!row) return undefined;
  const { passwordHash, ...member } = row;
  return { ...member, hasPassword: passwordHash !== NO_PASSWORD };
}
