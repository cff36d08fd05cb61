import type { Database } from '../database/connection.ts';
import { columns, countRows } from '../database/rows.ts';

/** Somebody who waits for an admin's yes. */
export interface WaitingMember {
  id: number;
  username: string;
  email: string;
  /** In UTC milliseconds; null while the address is not confirmed. */
  emailVerifiedAt: number | null;
  /** Since when, in UTC milliseconds. */
  createdAt: number;
}

function waiting(db: Database) {
  return db('users').where({ approved_at: null, disabled_at: null, closing_at: null, role: 'user' });
}

/** Those who have waited longest come first. */
export async function listWaiting(
  db: Database,
  { limit, offset }: { limit: number; offset: number },
): Promise<WaitingMember[]> {
  return waiting(db)
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .offset(offset)
    .select(columns('id username email emailVerifiedAt createdAt'));
}

export async function countWaiting(db: Database): Promise<number> {
  return countRows(waiting(db));
}
