import type { Database } from '../database/connection.ts';
import { columns, toRow } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';

/** A row of `account_links`. Times are UTC milliseconds. */
export interface LinkRow {
  tokenHash: string;
  userId: number;
  purpose: string;
  /** JSON. */
  data: string;
  createdAt: number;
  expiresAt: number;
  deadAt: number | null;
}

const COLUMNS = columns('tokenHash userId purpose data createdAt expiresAt deadAt');

export async function insertLink(trx: Transaction, row: Omit<LinkRow, 'deadAt'>): Promise<void> {
  await trx('account_links').insert(toRow(row));
}

export async function findLinkRow(
  db: Database,
  purpose: string,
  tokenHash: string,
): Promise<LinkRow | undefined> {
  return db('account_links').where({ purpose, token_hash: tokenHash }).first(COLUMNS);
}

/** The newest link of a kind that still works. */
export async function findLiveLink(
  db: Database,
  userId: number,
  purpose: string,
  now: number,
): Promise<LinkRow | undefined> {
  return db('account_links')
    .where({ user_id: userId, purpose, dead_at: null })
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .first(COLUMNS);
}

export async function listLiveLinks(
  db: Database,
  userId: number,
  purpose: string,
  now: number,
): Promise<LinkRow[]> {
  return db('account_links')
    .where({ user_id: userId, purpose, dead_at: null })
    .where('expires_at', '>', now)
    .orderBy('created_at')
    .select(COLUMNS);
}

/** @returns whether it was alive until now; of two who ask at once one hears true */
export async function endLink(trx: Transaction, tokenHash: string, now: number): Promise<boolean> {
  const ended = await trx('account_links')
    .where('token_hash', tokenHash)
    .whereNull('dead_at')
    .where('expires_at', '>', now)
    .update({ dead_at: now });
  return ended === 1;
}

/**
 * Ends all links of a person for some purposes.
 *
 * @param madeAfter only those that are newer than this
 */
export async function endLinksOf(
  trx: Transaction,
  userId: number,
  purposes: readonly string[],
  now: number,
  madeAfter = 0,
): Promise<void> {
  await trx('account_links')
    .where('user_id', userId)
    .whereIn('purpose', purposes)
    .where('created_at', '>', madeAfter)
    .whereNull('dead_at')
    .update({ dead_at: now });
}
