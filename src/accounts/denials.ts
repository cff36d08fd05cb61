import { record } from '../audit/audit.ts';
import { inTransaction } from '../database/transaction.ts';
import type { AccountContext, AskingClient } from './account-context.ts';
import type { User } from './users.table.ts';

/** As much of a path as a reader needs. */
const LONGEST_PATH = 200;

/**
 * Writes down that somebody tried what they may not do (OWASP ASVS 5.0, 16.3.1): twenty times an hour for each
 * person, so that nobody fills the log.
 */
export async function recordDenial(
  context: Pick<AccountContext, 'db' | 'clock' | 'throttles'>,
  user: User,
  client: AskingClient,
  { method, path }: { method: string; path: string },
): Promise<void> {
  if ((await context.throttles.denials.take(String(user.id))) > 0) return;
  await inTransaction(context.db, (trx) =>
    record(trx, context.clock(), {
      action: 'access.denied',
      actor: { kind: 'member', id: user.id },
      subjectId: user.id,
      client,
      details: { method, path: path.slice(0, LONGEST_PATH) },
    }),
  );
}
