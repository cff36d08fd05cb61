import { z } from 'zod';
import { type Actor, record } from '../../audit/audit.ts';
import { foldCase } from '../../database/fold-case.ts';
import { inTransaction, retryConflicts } from '../../database/transaction.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { countThrottled } from '../events/access-denials.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { outcomeOf } from '../login-counts.ts';
import { type Attempt, requesterOf } from '../login-throttle.ts';
import { findForLogin, replacePasswordHash, type User } from '../users.table.ts';
import type { Factor } from './known-devices.ts';
import { attemptOf, giveBack } from './login-attempts.ts';

export const TEXTS = {
  username: 'Enter your username or e-mail address.',
  password: 'Enter your password.',
};

const FACTORS: Factor[] = ['password'];

/** Why a login failed, as the member reads it on the activity page. */
const REASONS = {
  unknown: 'unknown name',
  wrong: 'wrong password',
  unchecked: 'too many attempts, the password was not checked',
  disabled: 'the account is disabled',
  locked: 'the account is locked',
  closing: 'the account was closed',
};

/** Generous limits: what is longer cannot be right, and need not be hashed to know it. */
export const loginForm = z.object({
  username: z.string({ error: TEXTS.username }).trim().min(1, TEXTS.username).max(320, TEXTS.username),
  password: z.string({ error: TEXTS.password }).min(1, TEXTS.password).max(1_000, TEXTS.password),
  remember: z.string().optional(),
});

/** Disabled by the store, locked by "This wasn't me", closed by its member. */
export interface Refusal {
  ok: false;
  problem: 'disabled' | 'locked' | 'closing';
}

export type Login =
  | { ok: true; user: User }
  /** Unknown name and wrong password are one answer and cost the same time. */
  | { ok: false; problem: 'wrong' }
  /** Said only to who knows the password. */
  | Refusal
  /** @property retryAfter in milliseconds */
  | { ok: false; problem: 'throttled'; retryAfter: number };

/**
 * Checks a username (or e-mail address) and a password: the first step of a login. On success an outdated hash
 * is made anew. Failures are counted by account and place, those of a browser or network that the account knows by
 * themselves, and written into the audit log. Where the account's attempts were used up under its other name, the
 * password is not looked at, and the answer is that of a wrong one.
 */
export async function logIn(
  context: AccountContext,
  credentials: { username: string; password: string },
  client: ClientInfo,
): Promise<Login> {
  const login = await checkCredentials(context, credentials, client);
  if (!login.ok) context.loginCounts.count('password', outcomeOf(login.problem));
  return login;
}

async function checkCredentials(
  context: AccountContext,
  credentials: { username: string; password: string },
  client: ClientInfo,
): Promise<Login> {
  const { db, hasher, throttles } = context;
  const login = credentials.username.trim();
  const found = await findForLogin(db, login);
  const attempt = await attemptOf(context, found, foldCase(login), client);

  const retryAfter = await throttles.login.take(attempt);
  if (retryAfter > 0) {
    await countThrottled(context, found);
    return { ok: false, problem: 'throttled', retryAfter };
  }
  const isUnchecked = (await throttles.loginOfAccount.take(attempt)) > 0;

  try {
    const requester = requesterOf(attempt);
    const stored = isUnchecked ? undefined : found?.passwordHash;
    const matches = await hasher.verify(credentials.password, stored, requester);
    if (!found || !matches) {
      await recordWrongPassword(context, found, attempt, client, { isUnchecked });
      return { ok: false, problem: 'wrong' };
    }
    const { passwordHash, ...user } = found;
    if (hasher.isOutdated(passwordHash)) {
      const fresh = await hasher.hash(credentials.password, requester);
      await retryConflicts(() => replacePasswordHash(db, user.id, passwordHash, fresh));
    }
    const refusal = refusalOf(user);
    if (refusal) {
      // It keeps its places: a row is written for each, and nothing else would bound them.
      await recordRefusal(context, user, refusal, { factors: FACTORS, client });
      return refusal;
    }
    await giveBack(context, attempt);
    return { ok: true, user };
  } catch (error) {
    // A fault of ours is not a failed attempt.
    await giveBack(context, attempt);
    throw error;
  }
}

/** Why somebody who has shown who they are cannot come in all the same; undefined when they can. */
export function refusalOf(user: User): Refusal | undefined {
  if (user.disabledAt !== null) return { ok: false, problem: 'disabled' };
  if (user.lockedAt !== null) return { ok: false, problem: 'locked' };
  if (user.closingAt !== null) return { ok: false, problem: 'closing' };
  return undefined;
}

/**
 * Writes a wrong password into the audit log (OWASP ASVS 5.0, 16.3.1), and tells the member when strangers
 * have to wait from now on. Of an unknown name the log keeps nothing but that it was tried: people type passwords into
 * the wrong field. Of each network two thousand an hour are written down, so that nobody fills the disk.
 *
 * @param actor who tries: a guest at the login, a member who is logged in
 * @param isUnchecked whether there were too many attempts, and the password was not looked at
 */
export async function recordWrongPassword(
  context: AccountContext,
  user: User | undefined,
  attempt: Attempt,
  client: ClientInfo,
  { actor = { kind: 'guest' }, isUnchecked = false }: { actor?: Actor; isUnchecked?: boolean } = {},
): Promise<void> {
  const slowed = user !== undefined && (await context.throttles.login.hasJustSlowed(attempt));
  const isTooMuch = (await context.throttles.failureRows.take(client.network)) > 0;
  if (isTooMuch && !slowed) return;
  const action = 'login.failed';
  await inTransaction(context.db, async (trx) => {
    if (!user) {
      const details = { factors: FACTORS, reason: REASONS.unknown };
      return record(trx, context.clock(), { action, actor, client, details });
    }
    const details = { factors: FACTORS, reason: isUnchecked ? REASONS.unchecked : REASONS.wrong };
    await recordAccountEvent(trx, context, { action, user, actor, client, details });
    if (slowed) await recordAccountEvent(trx, context, { action: 'login.slowed', user, actor, client });
  });
}

/**
 * Writes down that somebody showed who they are and cannot come in all the same (OWASP ASVS 5.0, 16.3.1); of each
 * network as often as a wrong password.
 */
export async function recordRefusal(
  context: AccountContext,
  user: User,
  { problem }: Refusal,
  { factors, client }: { factors: Factor[]; client: ClientInfo },
): Promise<void> {
  if ((await context.throttles.failureRows.take(client.network)) > 0) return;
  const details = { factors, reason: REASONS[problem] };
  await inTransaction(context.db, (trx) =>
    recordAccountEvent(trx, context, {
      action: 'login.failed',
      user,
      actor: { kind: 'guest' },
      client,
      details,
    }),
  );
}
