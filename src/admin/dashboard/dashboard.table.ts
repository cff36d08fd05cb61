import type { Database } from '../../database/connection.ts';

/** How many invitations can still be accepted. */
export async function countOpenInvitations(db: Database, now: number): Promise<number> {
  const [row] = await db('invitations')
    .where('ends_at', '>', now)
    .whereNotNull('open_key')
    .count({ count: '*' });
  return Number(row?.count ?? 0);
}
