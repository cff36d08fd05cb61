import { inTransaction } from '../../database/transaction.ts';
import { DAY, SECOND } from '../../shared/clock.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import { BROWSER_LIFETIME } from '../../web/cookies.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import {
  findKnownBrowser,
  hasFreshBrowserLike,
  hasKnownBrowsers,
  renameBrowser,
  saveKnownBrowser,
  trustBrowser,
} from '../credentials/known-browsers.table.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { LoginMethod } from '../login-counts.ts';
import { lockUser, type User } from '../users.table.ts';
import { saveKnownNetwork } from './known-networks.table.ts';

/** What somebody showed to get in. */
export type Factor =
  | 'password'
  | 'passkey'
  | 'a code from an authenticator app'
  | 'a recovery code'
  | 'a trusted browser'
  | `an account at ${string}`;

const SECOND_FACTORS: readonly Factor[] = ['passkey', 'a code from an authenticator app', 'a recovery code'];

/** What somebody has shown whom nothing more is asked for: two-factor is off, or the browser is trusted. */
export function factorsWithout(first: Factor, { twoFactorSince }: Pick<User, 'twoFactorSince'>): Factor[] {
  return twoFactorSince === null ? [first] : [first, 'a trusted browser'];
}

/** A trusted browser is none: it spares its member the second factor. */
export function isSecondFactor(factor: Factor): boolean {
  return SECOND_FACTORS.includes(factor);
}

export function loginMethodOf(first: Factor | undefined): LoginMethod {
  return first === 'password' || first === 'passkey' ? first : 'provider';
}

const TRUST = 30 * DAY;

/** How long after a login the same one may come again, because the browser dropped the answer and its cookie. */
const SENT_AGAIN = 10 * SECOND;

/** Whether two-factor is on, and the browser is not one that its member trusted within the last 30 days. */
export async function needsSecondFactor(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  user: User,
  { browserToken }: ClientInfo,
): Promise<boolean> {
  if (user.twoFactorSince === null) return false;
  if (!browserToken) return true;
  const browser = await findKnownBrowser(db, hashToken(browserToken), user.id, clock());
  return (browser?.trustedUntil ?? 0) <= clock();
}

/**
 * Writes down that somebody has shown all that a login asks for. A browser that the account was never used with
 * is told to the member by mail, but for the account's first one and a login that was sent twice.
 *
 * @param trust whether the member wants to be spared the second factor here for 30 days
 * @returns the secret by which the browser will be known: the one it has, or a new one where the account is new to
 *   it; others who used the browser go on being known by that
 */
export async function recordLogin(
  context: AccountContext,
  user: User,
  client: ClientInfo,
  { factors, trust = false }: { factors: Factor[]; trust?: boolean },
): Promise<string> {
  const { address, userAgent, browserToken: shown } = client;
  const fresh = makeToken();
  return inTransaction(context.db, async (trx) => {
    // Of two logins at the same instant the second sees the first.
    await lockUser(trx, user.id);
    const now = context.clock();
    const known = shown ? await findKnownBrowser(trx, hashToken(shown), user.id, now) : undefined;
    // Somebody else who used this browser may have noted its secret: who is new to it gets another one.
    const browserToken = shown && known ? shown : fresh;
    const tokenHash = hashToken(browserToken);
    if (shown && !known) await renameBrowser(trx, hashToken(shown), tokenHash);
    const newBrowser =
      !known &&
      (await hasKnownBrowsers(trx, user.id)) &&
      !(await hasFreshBrowserLike(trx, { userId: user.id, address, userAgent }, now - SENT_AGAIN));
    const seen = { tokenHash, userId: user.id, lastSeenAt: now, address, userAgent };
    await saveKnownBrowser(trx, seen, now + BROWSER_LIFETIME);
    await saveKnownNetwork(trx, user.id, client.network, now);
    if (trust) await trustBrowser(trx, tokenHash, user.id, now + TRUST);
    const details = { factors, ...(newBrowser ? { newBrowser } : {}) };
    const event = { action: 'login.succeeded', user, client, details, quiet: !newBrowser } as const;
    await recordAccountEvent(trx, context, event);
    if (trust) await recordAccountEvent(trx, context, { action: 'browser.trusted', user, client });
    return browserToken;
  });
}
