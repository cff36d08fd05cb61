import type { Database } from '../../database/connection.ts';
import { prepare } from '../../database/prepared.ts';
import { USER_COLUMNS, type User } from '../users.table.ts';

/** A token that has not expired, with its person. Times are UTC milliseconds. */
export type LoadedPersonalToken = User & {
  tokenId: number;
  /** With a space between. */
  scopes: string;
  lastUsedAt: number | null;
};

/** Makes the query of every request with a personal access token. */
export function preparePersonalToken(
  db: Database,
): (tokenHash: string, now: number) => Promise<LoadedPersonalToken | undefined> {
  const query = prepare<{ tokenHash: string; now: number }, LoadedPersonalToken>(db, (param) =>
    db('personal_access_tokens')
      .join('users', 'users.id', 'personal_access_tokens.user_id')
      .where('personal_access_tokens.token_hash', param('tokenHash'))
      .where('personal_access_tokens.expires_at', '>', param('now'))
      .select({
        ...USER_COLUMNS,
        tokenId: 'personal_access_tokens.id',
        scopes: 'personal_access_tokens.scopes',
        lastUsedAt: 'personal_access_tokens.last_used_at',
      }),
  );
  return async (tokenHash, now) => (await query({ tokenHash, now }))[0];
}

/** Writes down when and from where a token was used; of several requests at once only the first writes. */
export async function touchPersonalToken(
  db: Database,
  id: number,
  seen: { before: number | null; now: number; address: string },
): Promise<void> {
  await db('personal_access_tokens')
    .where({ id, last_used_at: seen.before })
    .update({ last_used_at: seen.now, last_address: seen.address });
}
