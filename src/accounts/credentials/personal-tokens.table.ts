import type { Database } from '../../database/connection.ts';
import { insertReturningId } from '../../database/dialect.ts';
import { prepare } from '../../database/prepared.ts';
import { columns, columnsOf } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';
import { USER_COLUMNS, type User } from '../users.table.ts';

/** A token that a member made, without its secret. Times are UTC milliseconds. */
export interface PersonalToken {
  id: number;
  name: string;
  /** With a space between. */
  scopes: string;
  createdAt: number;
  expiresAt: number;
  /** Of the secret, to tell tokens apart by; null for those made before they were kept. */
  lastCharacters: string | null;
  lastUsedAt: number | null;
  /** From where it was last used. */
  lastAddress: string | null;
}

const COLUMNS = columns('id name scopes createdAt expiresAt lastCharacters lastUsedAt lastAddress');

export type LoadedPersonalToken = User & { tokenId: number } & Pick<PersonalToken, 'scopes' | 'lastUsedAt'>;

/** Finds a token that has not expired, for every request that comes with one. */
export const loadPersonalToken = prepare<{ tokenHash: string; now: number }, LoadedPersonalToken>(
  (db, param) =>
    db('personal_access_tokens')
      .join('users', 'users.id', 'personal_access_tokens.user_id')
      .where('personal_access_tokens.token_hash', param('tokenHash'))
      .where('personal_access_tokens.expires_at', '>', param('now'))
      .select({
        ...columnsOf('personal_access_tokens', 'scopes lastUsedAt'),
        ...USER_COLUMNS,
        tokenId: 'personal_access_tokens.id',
      }),
);

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

export async function insertPersonalToken(
  trx: Transaction,
  token: Pick<PersonalToken, 'name' | 'scopes' | 'createdAt' | 'expiresAt' | 'lastCharacters'> & {
    userId: number;
    tokenHash: string;
  },
): Promise<number> {
  return insertReturningId(trx, 'personal_access_tokens', token);
}

/** A member's tokens, the newest first; for a while also those that have expired. */
export async function listPersonalTokensOf(db: Database, userId: number): Promise<PersonalToken[]> {
  return db('personal_access_tokens').where('user_id', userId).orderBy('id', 'desc').select(COLUMNS);
}

/** One token of a member; undefined when they have none of this id. */
export async function findPersonalTokenOf(
  db: Database,
  userId: number,
  id: number,
): Promise<PersonalToken | undefined> {
  return db('personal_access_tokens').where({ id, user_id: userId }).first(COLUMNS);
}

export async function deletePersonalToken(trx: Transaction, id: number): Promise<void> {
  await trx('personal_access_tokens').where({ id }).delete();
}

export async function deletePersonalTokensOf(trx: Transaction, userId: number): Promise<void> {
  await trx('personal_access_tokens').where('user_id', userId).delete();
}
