import type { Database } from '../database/connection.ts';
import { countMailsDue } from '../mail/outbox.table.ts';

/** The mails of a store as whoever watches it sees them. */
export interface MailQueue {
  /** To be sent now. */
  due: number;
  /** When the one that waits longest was written, in UTC milliseconds; undefined when none waits. */
  oldest: number | undefined;
  /** Given up since a time. */
  givenUp: number;
}

export async function readMailQueue(db: Database, now: number, since: number): Promise<MailQueue> {
  const due = await countMailsDue(db, now);
  const [waiting] = await db('outbox').whereNotNull('due_at').min({ oldest: 'created_at' });
  const [failed] = await db('outbox').where('given_up_at', '>=', since).count({ count: '*' });
  return {
    due,
    oldest: waiting?.oldest == null ? undefined : Number(waiting.oldest),
    givenUp: Number(failed?.count ?? 0),
  };
}
