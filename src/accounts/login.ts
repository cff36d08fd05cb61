import { z } from 'zod';
import { type Actor, record } from '../audit/audit.ts';
import { foldCase } from '../database/fold-case.ts';
import { inTransaction, retryConflicts } from '../database/transaction.ts';
import { hashToken } from '../tokens.ts';
import type { AccountContext, AskingClient } from './account-context.ts';
import { recordAccountEvent } from './account-events.ts';
import { findKnownBrowser } from './known-browsers.table.ts';
import { outcomeOf } from './sign-in-counts.ts';
import type { Factor } from './signing-in.ts';
import type { Attempt } from './throttles.ts';
import { findForLogin, replacePasswordHash, type User } from './users.table.ts';

const TEXTS = {
  username: 'Enter your username or e-mail address.',
  password: 'Enter your password.',
};

const FACTORS: Factor[] = ['password'];

/** Why a login failed, as the member reads it on the activity page. */
const REASONS = {
  unknown: 'unknown name',
  wrong: 'wrong password',
  disabled: 'the account is disabled',
  frozen: 'the account is locked',
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
  problem: 'disabled' | 'frozen' | 'closing';
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
 * is made anew. Failures are counted by account and place, those of a browser that the account knows by
 * themselves, and written into the audit log.
 */
export async function logIn(
  context: AccountContext,
  credentials: { username: string; password: string },
  client: AskingClient,
): Promise<Login> {
  const login = await checkCredentials(context, credentials, client);
  if (!login.ok) context.signIns.count('password', outcomeOf(login.problem));
  return login;
}

async function checkCredentials(
  context: AccountContext,
  credentials: { username: string; password: string },
  client: AskingClient,
): Promise<Login> {
  const { db, hasher, throttles } = context;
  const login = credentials.username.trim();
  const found = await findForLogin(db, login);
  const attempt = await attemptOf(context, found, login, client);

  const retryAfter = await throttles.login.take(attempt);
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };

  try {
    const matches = await hasher.verify(credentials.password, found?.passwordHash);
    if (!found || !matches) {
      await recordWrongPassword(context, found, attempt, client);
      return { ok: false, problem: 'wrong' };
    }
    const { passwordHash, ...user } = found;
    if (hasher.isOutdated(passwordHash)) {
      const fresh = await hasher.hash(credentials.password);
      await retryConflicts(() => replacePasswordHash(db, user.id, passwordHash, fresh));
    }
    const refusal = refusalOf(user);
    if (refusal) await recordRefusal(context, user, refusal, { factors: FACTORS, client });
    await throttles.login.giveBack(attempt);
    return refusal ?? { ok: true, user };
  } catch (error) {
    // A fault of ours is not a failed attempt.
    await throttles.login.giveBack(attempt);
    throw error;
  }
}

/** Why somebody who has shown who they are cannot come in all the same; undefined when they can. */
export function refusalOf(user: User): Refusal | undefined {
  if (user.disabledAt !== null) return { ok: false, problem: 'disabled' };
  if (user.frozenAt !== null) return { ok: false, problem: 'frozen' };
  if (user.closingAt !== null) return { ok: false, problem: 'closing' };
  return undefined;
}

/** The key under which an account's failures are counted. */
export function throttleKeyOf(user: Pick<User, 'id'>): string {
  return `user ${user.id}`;
}

/** The hash of a browser's token, if the account was used with that browser before. */
export async function knownBrowserOf(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  user: Pick<User, 'id'>,
  { browserToken }: Pick<AskingClient, 'browserToken'>,
): Promise<string | undefined> {
  if (!browserToken) return undefined;
  return (await findKnownBrowser(db, hashToken(browserToken), user.id, clock()))?.tokenHash;
}

async function attemptOf(
  context: AccountContext,
  found: User | undefined,
  login: string,
  client: AskingClient,
): Promise<Attempt> {
  const typed = { login: foldCase(login), network: client.network };
  if (!found) return { ...typed, account: typed.login };
  return {
    ...typed,
    account: throttleKeyOf(found),
    knownBrowser: await knownBrowserOf(context, found, client),
  };
}

/**
 * Writes a wrong password into the audit log (OWASP ASVS 5.0, 16.3.1), and tells the member when it was the last
 * that is taken today. Of an unknown name the log keeps nothing but that it was tried: people type passwords into
 * the wrong field.
 *
 * @param actor who tries: a guest at the login, a member who is logged in
 */
export async function recordWrongPassword(
  context: AccountContext,
  user: User | undefined,
  attempt: Attempt,
  client: AskingClient,
  actor: Actor = { kind: 'guest' },
): Promise<void> {
  const frozen = user !== undefined && (await context.throttles.login.hasJustFrozen(attempt));
  const action = 'login.failed';
  await inTransaction(context.db, async (trx) => {
    if (!user) {
      const details = { factors: FACTORS, reason: REASONS.unknown };
      return record(trx, context.clock(), { action, actor, client, details });
    }
    const details = { factors: FACTORS, reason: REASONS.wrong };
    await recordAccountEvent(trx, context, { action, user, actor, client, details });
    if (frozen) await recordAccountEvent(trx, context, { action: 'login.frozen', user, actor, client });
  });
}

/** Writes down that somebody showed who they are and cannot come in all the same (OWASP ASVS 5.0, 16.3.1). */
export async function recordRefusal(
  context: AccountContext,
  user: User,
  { problem }: Refusal,
  { factors, client }: { factors: Factor[]; client: AskingClient },
): Promise<void> {
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
