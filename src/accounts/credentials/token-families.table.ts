import type { Database } from '../../database/connection.ts';
import { prepare } from '../../database/prepared.ts';
import { columns, columnsOf, toRow } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';
import { USER_COLUMNS, type User } from '../users.table.ts';

/** An API client's login. Times are UTC milliseconds. */
export interface TokenFamily {
  /** Not secret: it stands in every access token. */
  id: string;
  userId: number;
  createdAt: number;
  lastUsedAt: number;
  /** When the password was set that counted at the login. */
  passwordSetAt: number | null;
  /** Moves on with each refresh, up to `endsAt`. */
  expiresAt: number;
  endsAt: number;
  address: string;
  userAgent: string;
  /** What the login asked for besides what every login may, with a space between; null for nothing. */
  scopes: string | null;
}

export interface RefreshToken {
  tokenHash: string;
  familyId: string;
  createdAt: number;
  expiresAt: number;
  /** When it was first exchanged; null while it was not. */
  usedAt: number | null;
}

const FAMILY = columnsOf(
  'token_families',
  'id userId createdAt lastUsedAt passwordSetAt expiresAt endsAt address userAgent scopes',
);

const REFRESH_TOKEN = columns('tokenHash familyId createdAt expiresAt usedAt');

export type LoadedFamily = User & {
  familyCreatedAt: number;
  familyScopes: string | null;
  passwordSetAt: number | null;
};

/** Finds a login that has not expired, for every request with an access token. */
export const loadFamily = prepare<{ familyId: string; now: number }, LoadedFamily>((db, param) =>
  db('token_families')
    .join('users', 'users.id', 'token_families.user_id')
    .where('token_families.id', param('familyId'))
    .where('token_families.expires_at', '>', param('now'))
    .select({
      ...USER_COLUMNS,
      familyCreatedAt: 'token_families.created_at',
      familyScopes: 'token_families.scopes',
      passwordSetAt: 'token_families.password_set_at',
    }),
);

export async function insertFamily(trx: Transaction, family: TokenFamily): Promise<void> {
  await trx('token_families').insert(toRow(family));
}

export async function findFamily(db: Database, id: string): Promise<TokenFamily | undefined> {
  return db('token_families').where({ id }).first(FAMILY);
}

export async function touchFamily(
  trx: Transaction,
  id: string,
  seen: Pick<TokenFamily, 'lastUsedAt' | 'expiresAt' | 'address' | 'userAgent'>,
): Promise<void> {
  await trx('token_families').where({ id }).update(toRow(seen));
}

export async function listFamiliesOf(db: Database, userId: number, now: number): Promise<TokenFamily[]> {
  return db('token_families')
    .where('user_id', userId)
    .where('expires_at', '>', now)
    .orderBy([{ column: 'last_used_at', order: 'desc' }, 'id'])
    .select(FAMILY);
}

/** Ends one login of a person, with all its tokens. @returns false when they have none of this id */
export async function deleteFamilyOf(trx: Transaction, userId: number, id: string): Promise<boolean> {
  return (await trx('token_families').where({ id, user_id: userId }).delete()) === 1;
}

/** Ends all logins of a person's API clients. @returns how many there were */
export async function deleteFamiliesOf(trx: Transaction, userId: number): Promise<number> {
  return trx('token_families').where('user_id', userId).delete();
}

export async function insertRefreshToken(
  trx: Transaction,
  token: Omit<RefreshToken, 'usedAt'>,
): Promise<void> {
  await trx('refresh_tokens').insert(toRow(token));
}

export async function findRefreshToken(db: Database, tokenHash: string): Promise<RefreshToken | undefined> {
  return db('refresh_tokens').where('token_hash', tokenHash).first(REFRESH_TOKEN);
}

/** Writes down when a refresh token was exchanged first. */
export async function useRefreshToken(trx: Transaction, tokenHash: string, usedAt: number): Promise<void> {
  await trx('refresh_tokens').where('token_hash', tokenHash).whereNull('used_at').update({ used_at: usedAt });
}
