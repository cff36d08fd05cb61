import { MINUTE } from './clock.ts';
import type { Context } from './context.ts';
import { deleteExpiredLimits } from './web/rate-limits.ts';
import { deleteExpiredSessions } from './web/sessions.table.ts';

const EVERY = 10 * MINUTE;

/** Removes what has expired from the database. */
export async function sweep({ db, clock }: Pick<Context, 'db' | 'clock'>): Promise<void> {
  await deleteExpiredSessions(db, clock());
  await deleteExpiredLimits(db, clock());
}

/**
 * Sweeps now and every ten minutes. A failure is logged and the next round tries again.
 *
 * @returns stops it and waits for a round that is under way
 */
export function startSweeping(context: Pick<Context, 'db' | 'clock' | 'logger'>): () => Promise<void> {
  let round = Promise.resolve();
  const run = () => {
    round = sweep(context).catch((error) => context.logger.warn({ err: error }, 'sweeping failed'));
  };
  run();
  const timer = setInterval(run, EVERY);
  return () => {
    clearInterval(timer);
    return round;
  };
}
