import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';
import { isStaff, ROLES } from '../permissions.ts';

/** Somebody who has to do with a task. */
export interface TaskPerson {
  id: number;
  /** Null when the account was erased. */
  name: string | null;
  isStaff: boolean;
}

const PERSON = {
  id: 'id',
  name: 'username',
  role: 'role',
  disabledAt: 'disabled_at',
  closingAt: 'closing_at',
  erasedAt: 'erased_at',
};

/** The people with these ids, of whom some may be the same. */
export async function findPeople(
  db: Database | Transaction,
  ids: number[],
): Promise<Map<number, TaskPerson>> {
  if (ids.length === 0) return new Map();
  const users = await db('users')
    .whereIn('id', [...new Set(ids)])
    .select(PERSON);
  return new Map(
    users.map(({ id, name, role, disabledAt, closingAt, erasedAt }) => [
      id,
      {
        id,
        name: erasedAt === null ? name : null,
        // An account locked after "This wasn't me" comes back with a new password.
        isStaff: isStaff({ role }) && disabledAt === null && closingAt === null,
      },
    ]),
  );
}

/** Everybody who can be given a task, by name. */
export async function listAssignees(db: Database | Transaction): Promise<{ id: number; name: string }[]> {
  return db('users')
    .whereIn(
      'role',
      ROLES.filter((role) => isStaff({ role })),
    )
    .whereNull('disabled_at')
    .whereNull('closing_at')
    .orderBy('username_key')
    .select({ id: 'id', name: 'username' });
}
