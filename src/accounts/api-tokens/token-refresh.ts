import { inTransaction, type Transaction } from '../../database/transaction.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import { DAY, SECOND } from '../../shared/clock.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import {
  deleteFamilyOf,
  findFamily,
  findRefreshToken,
  insertRefreshToken,
  type RefreshToken,
  touchFamily,
  useRefreshToken,
} from '../credentials/token-families.table.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { isActive, lockUser } from '../users.table.ts';
import { ACCESS_TOKEN_LIFETIME, makeAccessToken } from './access-tokens.ts';
import type { TokenContext, TokenKeys } from './token-keys.ts';

/** How long a login of an API client goes on (OWASP ASVS 5.0, 7.3.1 and 7.3.2), in milliseconds. */
export const FAMILY_LIMITS = {
  /** Without use. */
  idle: 14 * DAY,
  absolute: 30 * DAY,
};

/** How long a refresh token counts once more, for requests that went out at once. In milliseconds. */
const REFRESH_GRACE = 10 * SECOND;

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  /** How long the access token is good, in milliseconds. */
  expiresIn: number;
}

export async function pairOf(
  context: TokenContext,
  userId: number,
  familyId: string,
  refreshToken: string,
): Promise<TokenPair> {
  const accessToken = await makeAccessToken(context, { userId, familyId });
  return { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_LIFETIME };
}

/** A refresh token of a family that ends at `endsAt`; times in UTC milliseconds. */
interface NewRefreshToken {
  familyId: string;
  refreshToken: string;
  now: number;
  endsAt: number;
}

/** Adds a refresh token; the database keeps its hash. */
export async function addRefreshToken(
  trx: Transaction,
  { familyId, refreshToken, now, endsAt }: NewRefreshToken,
): Promise<void> {
  const expiresAt = Math.min(now + FAMILY_LIMITS.idle, endsAt);
  await insertRefreshToken(trx, { tokenHash: hashToken(refreshToken), familyId, createdAt: now, expiresAt });
}

/**
 * Exchanges a refresh token for the next one and an access token. Whoever comes with one that was exchanged before,
 * beyond the grace, ends the whole family: somebody else has it, and nobody knows which of the two is the member
 * (RFC 9700, 4.14.2; OWASP ASVS 5.0, 10.4.5). The member is told by mail. Whatever is wrong, the answer says no more.
 */
export async function refresh(
  context: TokenContext,
  refreshToken: string,
  client: ClientInfo,
): Promise<({ ok: true } & TokenPair) | { ok: false; problem: 'invalid' } | Throttled> {
  // Read outside first, so that the account is locked before its tokens, as everywhere.
  const known = await findRefreshToken(context.db, hashToken(refreshToken));
  const family = known && (await findFamily(context.db, known.familyId));
  if (!family) return { ok: false, problem: 'invalid' };
  const { userId, id: familyId } = family;
  // Not where it is a copy: who has the other one could keep it from being noticed.
  if (!isCopied(known, context.clock())) {
    const { refreshes, refreshesOfNetwork } = context.throttles;
    const retryAfter =
      (await refreshes.take(familyId)) ||
      (await refreshesOfNetwork.take({ userId, network: client.network }));
    if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  }
  const next = await inTransaction(context.db, (trx) =>
    exchange(trx, context, { userId, refreshToken }, client),
  );
  if (!next) return { ok: false, problem: 'invalid' };
  return { ok: true, ...(await pairOf(context, userId, familyId, next)) };
}

/** How many refreshes are left to the login of a refresh token; undefined where there is none. */
export async function refreshesLeft(
  context: AccountContext,
  refreshToken: string,
): Promise<number | undefined> {
  const known = await findRefreshToken(context.db, hashToken(refreshToken));
  return known && context.throttles.left.refreshes(known.familyId);
}

/** Whether somebody else has a token: it was exchanged before, and not just now. */
function isCopied({ usedAt }: RefreshToken, now: number): boolean {
  // Also of a clock that was set back since.
  return usedAt !== null && Math.abs(now - usedAt) > REFRESH_GRACE;
}

async function exchange(
  trx: Transaction,
  context: TokenContext,
  { userId, refreshToken }: { userId: number; refreshToken: string },
  client: ClientInfo,
): Promise<string | undefined> {
  const now = context.clock();
  const tokenHash = hashToken(refreshToken);
  const user = await lockUser(trx, userId);
  const token = await findRefreshToken(trx, tokenHash);
  const family = token && (await findFamily(trx, token.familyId));
  if (!user || !family || token.expiresAt <= now || family.expiresAt <= now) return undefined;
  if (!isActive(user) || family.passwordSetAt !== user.passwordChangedAt) return undefined;

  const { id: familyId, endsAt } = family;
  if (isCopied(token, now)) {
    await deleteFamilyOf(trx, userId, familyId);
    const event = { action: 'program.reused', user, actor: { kind: 'guest' }, client } as const;
    await recordAccountEvent(trx, context, event);
    return undefined;
  }
  await useRefreshToken(trx, tokenHash, now);
  const { address, userAgent } = client;
  const expiresAt = Math.min(now + FAMILY_LIMITS.idle, endsAt);
  await touchFamily(trx, familyId, { lastUsedAt: now, expiresAt, address, userAgent });
  return followingToken(trx, context.tokenKeys, { familyId, refreshToken, now, endsAt });
}

/**
 * Gives the newest refresh token of the line that follows on one, and begins the line where there is none: requests that
 * went out at once all go on with the same token, so that a copy of it is noticed.
 */
async function followingToken(
  trx: Transaction,
  tokenKeys: TokenKeys,
  { refreshToken, ...family }: NewRefreshToken,
): Promise<string> {
  const next = { ...family, refreshToken: tokenKeys.successorOf(refreshToken) };
  const known = await findRefreshToken(trx, hashToken(next.refreshToken));
  if (known && known.usedAt !== null) return followingToken(trx, tokenKeys, next);
  if (!known) await addRefreshToken(trx, next);
  return next.refreshToken;
}
