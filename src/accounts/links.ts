import type { Database } from '../database/connection.ts';
import type { Transaction } from '../database/transaction.ts';
import { DAY, HOUR } from '../shared/clock.ts';
import { hashToken, makeToken } from '../shared/crypto/random-token.ts';
import { endLink, endLinksOf, findLinkRow, insertLink } from './links.table.ts';
import { lockUser } from './users.table.ts';

/** What a mailed link is for and how long it works, in milliseconds. */
export const LINK_LIFETIMES = {
  'verify-email': 1 * DAY,
  'reset-password': 1 * HOUR,
  'new-email': 1 * DAY,
  'old-email': 7 * DAY,
  'not-me': 30 * DAY,
  'come-back': 14 * DAY,
} as const;

export type LinkPurpose = keyof typeof LINK_LIFETIMES;

/** A mailed link that works. */
export interface Link {
  tokenHash: string;
  userId: number;
  data: Record<string, unknown>;
  /** In UTC milliseconds. */
  createdAt: number;
  expiresAt: number;
}

export type FoundLink =
  | { state: 'live'; link: Link }
  /** It was used, a newer one took its place, or its time is over. */
  | { state: 'dead' }
  /** There never was such a link, or long ago: mistyped, cut short, made up. */
  | { state: 'unknown' };

/**
 * Makes a link for somebody. Older ones for the same purpose go on working; see `replaceLink` for where they may not.
 *
 * @returns the token that goes into the address; the database keeps its hash
 */
export async function makeLink(
  trx: Transaction,
  now: number,
  link: { purpose: LinkPurpose; userId: number; data?: Record<string, unknown>; lifetime?: number },
): Promise<string> {
  const token = makeToken();
  await insertLink(trx, {
    tokenHash: hashToken(token),
    userId: link.userId,
    purpose: link.purpose,
    data: JSON.stringify(link.data ?? {}),
    createdAt: now,
    expiresAt: now + (link.lifetime ?? LINK_LIFETIMES[link.purpose]),
  });
  return token;
}

/** Makes a link of a kind of which only the newest may work: it ends the older ones. */
export async function replaceLink(
  trx: Transaction,
  now: number,
  link: Parameters<typeof makeLink>[2],
): Promise<string> {
  await endLinksOf(trx, link.userId, [link.purpose], now);
  return makeLink(trx, now, link);
}

/** Looks at a link without using it. */
export function findLink(
  db: Database | Transaction,
  purpose: LinkPurpose,
  token: string,
  now: number,
): Promise<FoundLink> {
  return findLinkByHash(db, purpose, hashToken(token), now);
}

/** The same for a link that is known by the hash of its token. */
export async function findLinkByHash(
  db: Database | Transaction,
  purpose: LinkPurpose,
  hash: string,
  now: number,
): Promise<FoundLink> {
  const row = await findLinkRow(db, purpose, hash);
  if (!row) return { state: 'unknown' };
  if (row.deadAt !== null || row.expiresAt <= now) return { state: 'dead' };
  const { tokenHash, userId, createdAt, expiresAt } = row;
  return { state: 'live', link: { tokenHash, userId, createdAt, expiresAt, data: JSON.parse(row.data) } };
}

export type UsedLink =
  | { state: 'live'; link: Link; user: NonNullable<Awaited<ReturnType<typeof lockUser>>> }
  | { state: 'dead' | 'unknown' };

/**
 * Uses a link up, in the transaction of what it does. Of two who use it at the same instant one gets it. The account
 * is locked before its link, as everywhere, so that two changes do not wait for each other.
 */
export async function useLink(
  trx: Transaction,
  purpose: LinkPurpose,
  token: string,
  now: number,
): Promise<UsedLink> {
  const found = await findLink(trx, purpose, token, now);
  if (found.state !== 'live') return found;
  const user = await lockUser(trx, found.link.userId);
  if (!user || !(await endLink(trx, found.link.tokenHash, now))) return { state: 'dead' };
  return { ...found, user };
}
