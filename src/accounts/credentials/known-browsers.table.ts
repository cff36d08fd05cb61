import type { Database } from '../../database/connection.ts';
import { columns, toRow } from '../../database/rows.ts';
import type { Transaction } from '../../database/transaction.ts';

/** A browser that somebody signed in with. Times are UTC milliseconds. */
export interface KnownBrowser {
  tokenHash: string;
  userId: number;
  createdAt: number;
  lastSeenAt: number;
  address: string;
  userAgent: string;
  /** Until when a login from here need not show a second factor. */
  trustedUntil: number | null;
}

const COLUMNS = columns('tokenHash userId createdAt lastSeenAt address userAgent trustedUntil');

export async function findKnownBrowser(
  db: Database,
  tokenHash: string,
  userId: number,
  now: number,
): Promise<KnownBrowser | undefined> {
  return db('known_browsers')
    .where({ token_hash: tokenHash, user_id: userId })
    .where('expires_at', '>', now)
    .first(COLUMNS);
}

/** Whether somebody has signed in anywhere before. */
export async function hasKnownBrowsers(trx: Transaction, userId: number): Promise<boolean> {
  return (await trx('known_browsers').where('user_id', userId).first('user_id')) !== undefined;
}

/** Whether a browser of this kind, in this place, was seen for the first time since a moment. */
export async function hasFreshBrowserLike(
  trx: Transaction,
  { userId, address, userAgent }: Pick<KnownBrowser, 'userId' | 'address' | 'userAgent'>,
  since: number,
): Promise<boolean> {
  const found = await trx('known_browsers')
    .where({ user_id: userId, address, user_agent: userAgent })
    .where('created_at', '>=', since)
    .first('user_id');
  return found !== undefined;
}

/** Writes down that somebody signed in with a browser, for the first time or again; trust that it has stays. */
export async function saveKnownBrowser(
  trx: Transaction,
  browser: Omit<KnownBrowser, 'createdAt' | 'trustedUntil'>,
  expiresAt: number,
): Promise<void> {
  const row = toRow({ ...browser, createdAt: browser.lastSeenAt, expiresAt });
  await trx('known_browsers')
    .insert(row)
    .onConflict(['token_hash', 'user_id'])
    .merge(['last_seen_at', 'expires_at', 'address', 'user_agent']);
}

/** Gives a browser another secret, for all who use it. */
export async function renameBrowser(trx: Transaction, from: string, to: string): Promise<void> {
  await trx('known_browsers').where('token_hash', from).update({ token_hash: to });
}

export async function trustBrowser(
  trx: Transaction,
  tokenHash: string,
  userId: number,
  until: number | null,
): Promise<void> {
  await trx('known_browsers')
    .where({ token_hash: tokenHash, user_id: userId })
    .update({ trusted_until: until });
}

export async function listTrustedBrowsers(
  db: Database,
  userId: number,
  now: number,
): Promise<KnownBrowser[]> {
  return db('known_browsers')
    .where('user_id', userId)
    .where('trusted_until', '>', now)
    .orderBy('last_seen_at', 'desc')
    .select(COLUMNS);
}

/** Ends the trust in one browser; it stays known. @returns whether it was trusted; of two who ask one hears true */
export async function distrustBrowser(trx: Transaction, tokenHash: string, userId: number): Promise<boolean> {
  const ended = await trx('known_browsers')
    .where({ token_hash: tokenHash, user_id: userId })
    .whereNotNull('trusted_until')
    .update({ trusted_until: null });
  return ended === 1;
}

/** Ends the trust in all of a person's browsers; they stay known. */
export async function distrustBrowsersOf(trx: Transaction, userId: number): Promise<void> {
  await trx('known_browsers').where('user_id', userId).update({ trusted_until: null });
}

/** Forgets all of a person's browsers: the next sign-in from each is one from a new device. */
export async function deleteKnownBrowsersOf(trx: Transaction, userId: number): Promise<void> {
  await trx('known_browsers').where('user_id', userId).delete();
}
