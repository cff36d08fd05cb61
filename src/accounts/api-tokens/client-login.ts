import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { DAY } from '../../shared/clock.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import {
  hasFreshBrowserLike,
  hasKnownBrowsers,
  saveKnownBrowser,
} from '../credentials/known-browsers.table.ts';
import {
  deleteFamilyOf,
  insertFamily,
  insertRefreshToken,
  listFamiliesOf,
} from '../credentials/token-families.table.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { Factor } from '../login/known-devices.ts';
import { saveKnownNetwork } from '../login/known-networks.table.ts';
import { type CompleteLogin, type completeLoginForm, logInCompletely } from '../login/login.ts';
import { refusalOf } from '../login/refusals.ts';
import { countedAs, outcomeOf } from '../login-counts.ts';
import { lockUser, type User } from '../users.table.ts';
import { ACCESS_TOKEN_LIFETIME, makeAccessToken } from './access-tokens.ts';
import type { LoginScope } from './scopes.ts';
import type { TokenContext } from './token-context.ts';
import { REFRESH_TOKEN_PREFIX } from './token-keys.ts';

/** How long a login of a program goes on (OWASP ASVS 5.0, 7.3.1 and 7.3.2), in milliseconds. */
export const FAMILY_LIMITS = {
  /** Without use. */
  idle: 14 * DAY,
  absolute: 30 * DAY,
};

/** How many logins of programs a member has at once: of one more, the one that was used longest ago ends. */
export const MOST_PROGRAMS = 50;

/** How long a place is remembered from which a program logged in, in milliseconds. */
const PLACE_LIFETIME = 365 * DAY;

const FAMILY_ID_BYTES = 16;

/** What a program goes on with. */
export interface TokenPair {
  accessToken: string;
  refreshToken: string;
  /** How long the access token is good, in milliseconds. */
  expiresIn: number;
}

export type ProgramLogin = ({ ok: true } & TokenPair) | (CompleteLogin & { ok: false });

/**
 * Logs a program in: a new family of tokens. A place that the account was never used from is told to the member by
 * mail, as with browsers.
 *
 * @param scope what the program asks for besides what every login may
 */
export async function logInProgram(
  context: TokenContext,
  { scope, ...credentials }: z.output<typeof completeLoginForm> & { scope?: LoginScope | undefined },
  client: ClientInfo,
): Promise<ProgramLogin> {
  const loginCounts = countedAs('program', context.loginCounts);
  const login = await logInCompletely({ ...context, loginCounts }, credentials, client);
  if (!login.ok) return login;
  const retryAfter = await context.throttles.logins.take({ userId: login.user.id, network: client.network });
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  const familyId = randomBytes(FAMILY_ID_BYTES).toString('base64url');
  const family = { id: familyId, scopes: scope ?? null };
  const opened = await inTransaction(context.db, (trx) => openFamily(trx, context, login, family, client));
  loginCounts.count('program', opened.ok ? 'succeeded' : outcomeOf(opened.problem));
  return opened.ok
    ? { ok: true, ...(await pairOf(context, login.user.id, familyId, opened.refreshToken)) }
    : opened;
}

async function openFamily(
  trx: Transaction,
  context: AccountContext,
  { user: proven, factors }: { user: User; factors: Factor[] },
  { id: familyId, scopes }: { id: string; scopes: string | null },
  client: ClientInfo,
): Promise<{ ok: true; refreshToken: string } | (CompleteLogin & { ok: false })> {
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
    id: familyId,
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
  const refreshToken = REFRESH_TOKEN_PREFIX + makeToken();
  await addRefreshToken(trx, { familyId, refreshToken, now, endsAt });
  await saveKnownNetwork(trx, user.id, client.network, now);
  const newPlace = await isNewPlace(trx, user.id, client, now);
  const details = { factors, program: true, ...(newPlace ? { newBrowser: true } : {}) };
  await recordAccountEvent(trx, context, {
    action: 'login.succeeded',
    user,
    client,
    details,
    quiet: !newPlace,
  });
  return { ok: true, refreshToken };
}

/** A program that logs in each time it is run, and never out, would leave thousands behind. */
async function makeRoom(trx: Transaction, userId: number, now: number): Promise<void> {
  const tooMany = (await listFamiliesOf(trx, userId, now)).slice(MOST_PROGRAMS - 1);
  for (const { id } of tooMany) await deleteFamilyOf(trx, userId, id);
}

/** Remembers from where a program logged in. @returns whether the account was used elsewhere before and never here */
async function isNewPlace(
  trx: Transaction,
  userId: number,
  { address, userAgent }: ClientInfo,
  now: number,
): Promise<boolean> {
  if (await hasFreshBrowserLike(trx, { userId, address, userAgent }, now - PLACE_LIFETIME)) return false;
  const others = await hasKnownBrowsers(trx, userId);
  // A program keeps no cookie, so nobody knows this secret: it opens nothing.
  const place = { tokenHash: hashToken(makeToken()), userId, lastSeenAt: now, address, userAgent };
  await saveKnownBrowser(trx, place, now + PLACE_LIFETIME);
  return others;
}

/** What is known of a refresh token when it is made; times in UTC milliseconds. */
export interface NewRefreshToken {
  familyId: string;
  refreshToken: string;
  now: number;
  endsAt: number;
}

/** Adds a refresh token to a family that ends at `endsAt`; the database keeps its hash. */
export async function addRefreshToken(
  trx: Transaction,
  { familyId, refreshToken, now, endsAt }: NewRefreshToken,
): Promise<void> {
  const expiresAt = Math.min(now + FAMILY_LIMITS.idle, endsAt);
  await insertRefreshToken(trx, { tokenHash: hashToken(refreshToken), familyId, createdAt: now, expiresAt });
}

/** Puts a refresh token and a fresh access token together. */
export async function pairOf(
  context: TokenContext,
  userId: number,
  familyId: string,
  refreshToken: string,
): Promise<TokenPair> {
  const accessToken = await makeAccessToken(context, { userId, familyId });
  return { accessToken, refreshToken, expiresIn: ACCESS_TOKEN_LIFETIME };
}
