import type { Database } from '../../database/connection.ts';

/** How many mails were given up. */
export async function countFailedMails(db: Database): Promise<number> {
  const [row] = await db('outbox').whereNotNull('given_up_at').count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** How many invitations can still be accepted. */
export async function countOpenInvitations(db: Database, now: number): Promise<number> {
  const [row] = await db('invitations')
    .where('ends_at', '>', now)
    .whereNotNull('open_key')
    .count({ count: '*' });
  return Number(row?.count ?? 0);
}

/** How many tasks are open: somebody's, and those of everybody that were due before a day such as `2026-11-20`. */
export async function countTasks(
  db: Database,
  userId: number,
  today: string,
): Promise<{ mine: number; overdue: number }> {
  const open = () => db('tasks').whereNull('deleted_at').whereNull('done_at').count('*');
  const row = await db
    .select({ mine: open().where('assignee_id', userId), overdue: open().where('due_on', '<', today) })
    .first();
  return { mine: Number(row.mine), overdue: Number(row.overdue) };
}
