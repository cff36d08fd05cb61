import type { Database } from '../database/connection.ts';
import { columns } from '../database/rows.ts';
import { isStaff, ROLES } from '../permissions.ts';

/** Somebody who has to do with a task. */
export interface TaskPerson {
  id: number;
  /** Null when the account was erased. */
  name: string | null;
  isStaff: boolean;
}

const PERSON = { ...columns('id role disabledAt closingAt erasedAt'), name: 'username' };

/** The people with these ids, of whom some may be the same. */
export async function findPeople(db: Database, ids: number[]): Promise<Map<number, TaskPerson>> {
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
export async function listAssignees(db: Database): Promise<{ id: number; name: string }[]> {
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
