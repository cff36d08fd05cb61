import type { Context } from '../context.ts';
import { retryConflicts } from '../database/transaction.ts';

/** Removes from the database what every feature calls expired. */
export async function sweep({
  db,
  clock,
  features,
}: Pick<Context, 'db' | 'clock' | 'features'>): Promise<void> {
  const now = clock();
  for (const { cleanup } of features) await retryConflicts(async () => cleanup?.(db, now));
}
