import type { Database } from '../database/connection.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { DAY, HOUR } from '../shared/clock.ts';
import { hashToken, makeToken } from '../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from './account-context.ts';
import { endLink, endLinksOf, findLinkRow, insertLink } from './links.table.ts';
import { findUser, lockUser, type User } from './users.table.ts';

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

export interface Link {
  tokenHash: string;
  userId: number;
  data: Record<string, unknown>;
  /** In UTC milliseconds. */
  createdAt: number;
  expiresAt: number;
}

/**
 * Dead: it was used, a newer one took its place, or its time is over. Unknown: there never was such a link, or long ago:
 * mistyped, cut short, made up.
 */
export interface NoLink {
  state: 'dead' | 'unknown';
}

type FoundLink = { state: 'live'; link: Link } | NoLink;

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

/**
 * Looks at a link without using it.
 *
 * @param tokenHash the hash of its token (`hashToken`)
 */
export async function findLink(
  db: Database,
  purpose: LinkPurpose,
  tokenHash: string,
  now: number,
): Promise<FoundLink> {
  const row = await findLinkRow(db, purpose, tokenHash);
  if (!row) return { state: 'unknown' };
  if (row.deadAt !== null || row.expiresAt <= now) return { state: 'dead' };
  const { userId, createdAt, expiresAt } = row;
  return { state: 'live', link: { tokenHash, userId, createdAt, expiresAt, data: JSON.parse(row.data) } };
}

/** A link that works, with its account. */
export type OpenedLink = { state: 'live'; link: Link; user: User } | NoLink;

/**
 * Uses a link up, in the transaction of what it does. Of two who use it at the same instant one gets it. The account
 * is locked before its link, as everywhere, so that two changes do not wait for each other.
 */
export async function useLink(
  trx: Transaction,
  purpose: LinkPurpose,
  token: string,
  now: number,
): Promise<OpenedLink> {
  const found = await findLink(trx, purpose, hashToken(token), now);
  if (found.state !== 'live') return found;
  const user = await lockUser(trx, found.link.userId);
  if (!user || !(await endLink(trx, found.link.tokenHash, now))) return { state: 'dead' };
  return { ...found, user };
}

/** For whom a kind of link works. */
export interface LinkKind {
  purpose: LinkPurpose;
  /** Whether it works for its account as that is now: asked when it is opened, and once more when it is used. */
  worksFor: (user: User, link: Link, db: Database, now: number) => boolean | Promise<boolean>;
}

/** A kind of link that does something at the push of a button: programs that look through mail open every link. */
export interface MailedLink<Outcome> extends LinkKind {
  /**
   * Does what the link is for, in the transaction that uses it up.
   *
   * @param context its clock stands still
   * @param used the account is locked
   */
  apply: (
    trx: Transaction,
    context: AccountContext,
    used: { link: Link; user: User; client: ClientInfo },
  ) => Promise<Outcome>;
}

/** Looks at a link and its account without using it. */
export async function openLink(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  { purpose, worksFor }: LinkKind,
  tokenHash: string,
): Promise<OpenedLink> {
  const now = clock();
  const found = await findLink(db, purpose, tokenHash, now);
  if (found.state !== 'live') return found;
  const user = await findUser(db, found.link.userId);
  return user && (await worksFor(user, found.link, db, now)) ? { ...found, user } : { state: 'dead' };
}

/** Uses a link up and does what it is for. @returns what that came to, and whose link it was */
export async function followLink<Outcome>(
  context: AccountContext,
  { purpose, worksFor, apply }: MailedLink<Outcome>,
  token: string,
  client: ClientInfo,
): Promise<{ state: 'used'; userId: number; outcome: Outcome } | NoLink> {
  return inTransaction(context.db, async (trx) => {
    const now = context.clock();
    const used = await useLink(trx, purpose, token, now);
    if (used.state !== 'live') return used;
    const { link, user } = used;
    if (!(await worksFor(user, link, trx, now))) return { state: 'dead' };
    const outcome = await apply(trx, { ...context, clock: () => now }, { link, user, client });
    return { state: 'used', userId: user.id, outcome };
  });
}
