import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { DAY } from '../../shared/clock.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import type { MemberRequest } from '../credentials/credential-change.ts';
import {
  hasFreshBrowserLike,
  hasKnownBrowsers,
  saveKnownBrowser,
} from '../credentials/known-browsers.table.ts';
import {
  deleteFamiliesOf,
  deleteFamilyOf,
  insertFamily,
  listFamiliesOf,
} from '../credentials/token-families.table.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { Factor } from '../login/known-devices.ts';
import { saveKnownNetwork } from '../login/known-networks.table.ts';
import { type CompleteLogin, type completeLoginForm, logInCompletely, refusalOf } from '../login/login.ts';
import { countedAs, outcomeOf } from '../login-counts.ts';
import { lockUser, type User } from '../users.table.ts';
import type { LoginScope } from './scopes.ts';
import { REFRESH_TOKEN_PREFIX, type TokenContext } from './token-keys.ts';
import { addRefreshToken, FAMILY_LIMITS, pairOf, type TokenPair } from './token-refresh.ts';

/** How many logins of API clients a member has at once: of one more, the one that was used longest ago ends. */
export const MOST_CLIENTS = 50;

/** How long a place is remembered from which an API client logged in, in milliseconds. */
const PLACE_LIFETIME = 365 * DAY;

const FAMILY_ID_BYTES = 16;

type Refusal = CompleteLogin & { ok: false };

/**
 * Logs an API client in: a new family of tokens. A place that the account was never used from is told to the member by
 * mail, as with browsers.
 *
 * @param scope what the client asks for besides what every login may
 */
export async function logInClient(
  context: TokenContext,
  { scope, ...credentials }: z.output<typeof completeLoginForm> & { scope?: LoginScope | undefined },
  client: ClientInfo,
): Promise<({ ok: true } & TokenPair) | Refusal> {
  const loginCounts = countedAs('program', context.loginCounts);
  const login = await logInCompletely({ ...context, loginCounts }, credentials, client);
  if (!login.ok) return login;
  const userId = login.user.id;
  const retryAfter = await context.throttles.logins.take({ userId, network: client.network });
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  const familyId = randomBytes(FAMILY_ID_BYTES).toString('base64url');
  const refreshToken = REFRESH_TOKEN_PREFIX + makeToken();
  const family = { id: familyId, refreshToken, scopes: scope ?? null };
  const refusal = await inTransaction(context.db, (trx) => openFamily(trx, context, login, family, client));
  loginCounts.count('program', refusal ? outcomeOf(refusal.problem) : 'succeeded');
  return refusal ?? { ok: true, ...(await pairOf(context, userId, familyId, refreshToken)) };
}

async function openFamily(
  trx: Transaction,
  context: AccountContext,
  { user: proven, factors }: { user: User; factors: Factor[] },
  { id, refreshToken, scopes }: { id: string; refreshToken: string; scopes: string | null },
  client: ClientInfo,
): Promise<Refusal | undefined> {
  const user = await lockUser(trx, proven.id);
  // Something changed while the password was looked at.
  if (!user || user.passwordChangedAt !== proven.passwordChangedAt) return { ok: false, problem: 'wrong' };
  const refusal = refusalOf(user);
  if (refusal) return refusal;
  if (user.twoFactorSince !== proven.twoFactorSince) return { ok: false, problem: 'second-factor-required' };

  const now = context.clock();
  const endsAt = now + FAMILY_LIMITS.absolute;
  const { address, userAgent } = client;
  await makeRoom(trx, user.id, now);
  await insertFamily(trx, {
    id,
    userId: user.id,
    createdAt: now,
    lastUsedAt: now,
    passwordSetAt: user.passwordChangedAt,
    expiresAt: Math.min(now + FAMILY_LIMITS.idle, endsAt),
    endsAt,
    address,
    userAgent,
    scopes,
  });
  await addRefreshToken(trx, { familyId: id, refreshToken, now, endsAt });
  await saveKnownNetwork(trx, user.id, client.network, now);
  const newPlace = await isNewPlace(trx, user.id, client, now);
  const details = { factors, program: true, ...(newPlace ? { newBrowser: true } : {}) };
  const event = { action: 'login.succeeded', user, client, details, quiet: !newPlace } as const;
  await recordAccountEvent(trx, context, event);
  return undefined;
}

/** An API client that logs in each time it is run, and never out, would leave thousands behind. */
async function makeRoom(trx: Transaction, userId: number, now: number): Promise<void> {
  const tooMany = (await listFamiliesOf(trx, userId, now)).slice(MOST_CLIENTS - 1);
  for (const { id } of tooMany) await deleteFamilyOf(trx, userId, id);
}

/** Remembers from where an API client logged in. @returns whether the account was used elsewhere before and never here */
async function isNewPlace(
  trx: Transaction,
  userId: number,
  { address, userAgent }: ClientInfo,
  now: number,
): Promise<boolean> {
  if (await hasFreshBrowserLike(trx, { userId, address, userAgent }, now - PLACE_LIFETIME)) return false;
  const others = await hasKnownBrowsers(trx, userId);
  // An API client keeps no cookie, so nobody knows this secret: it opens nothing.
  const place = { tokenHash: hashToken(makeToken()), userId, lastSeenAt: now, address, userAgent };
  await saveKnownBrowser(trx, place, now + PLACE_LIFETIME);
  return others;
}

/**
 * Logs one of a member's API clients out: its tokens are dead at once (OWASP ASVS 5.0, 7.4.1).
 *
 * @returns false when it is logged out already
 */
export async function logOutClient(
  context: AccountContext,
  { user, client }: MemberRequest,
  familyId: string,
): Promise<boolean> {
  return inTransaction(context.db, async (trx) => {
    await lockUser(trx, user.id);
    if (!(await deleteFamilyOf(trx, user.id, familyId))) return false;
    await recordAccountEvent(trx, context, { action: 'program.logged-out', user, client });
    return true;
  });
}

/** Logs all of a member's API clients out. @returns how many there were */
export async function logOutClients(
  context: AccountContext,
  { user, client }: MemberRequest,
): Promise<number> {
  return inTransaction(context.db, async (trx) => {
    await lockUser(trx, user.id);
    const count = await deleteFamiliesOf(trx, user.id);
    const event = { action: 'programs.logged-out', user, client, details: { count } } as const;
    if (count > 0) await recordAccountEvent(trx, context, event);
    return count;
  });
}
