import { z } from 'zod';
import { foldCase } from '../../database/fold-case.ts';
import { retryConflicts } from '../../database/transaction.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { codeForm } from '../credentials/code-field.ts';
import { outcomeOf, secondOutcomeOf } from '../login-counts.ts';
import { requesterOf } from '../login-throttle.ts';
import { findForLogin, replacePasswordHash, type User } from '../users.table.ts';
import { type Factor, factorsWithout, needsSecondFactor } from './known-devices.ts';
import {
  attemptOf,
  giveBack,
  proveWithin,
  recordFailedLogin,
  recordWrongPassword,
} from './login-attempts.ts';
import { proveSecondFactor, recordSecondFactorRequired } from './second-factor.ts';

export const TEXTS = {
  username: 'Enter your username or e-mail address.',
  password: 'Enter your password.',
};

/** Generous limits: what is longer cannot be right, and need not be hashed to know it. */
export const loginForm = z.object({
  username: z.string({ error: TEXTS.username }).trim().min(1, TEXTS.username).max(320, TEXTS.username),
  password: z.string({ error: TEXTS.password }).min(1, TEXTS.password).max(1_000, TEXTS.password),
  remember: z.string().optional(),
});

export type Login =
  | { ok: true; user: User }
  /** Unknown name and wrong password are one answer and cost the same time. */
  | { ok: false; problem: 'wrong' }
  /** Said only to who knows the password. */
  | Refusal
  | Throttled;

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
  const { db, throttles } = context;
  const name = credentials.username.trim();
  const found = await findForLogin(db, name);
  const key = await attemptOf(context, found, foldCase(name), client);
  const throttle = { take: throttles.login.take, giveBack: () => giveBack(context, key) };
  // Also a refused login keeps its places: a row is written for each, and nothing else would bound them.
  const login = await proveWithin(context, { throttle, key, user: found }, async (): Promise<Login> => {
    const isUnchecked = (await throttles.loginOfAccount.take(key)) > 0;
    const requester = requesterOf(key);
    const stored = isUnchecked ? undefined : found?.passwordHash;
    const matches = await context.hasher.verify(credentials.password, stored, requester);
    if (!found || !matches) {
      await recordWrongPassword(context, found, key, client, { isUnchecked });
      return { ok: false, problem: 'wrong' };
    }
    const { passwordHash, ...user } = found;
    if (context.hasher.isOutdated(passwordHash)) {
      const fresh = await context.hasher.hash(credentials.password, requester);
      await retryConflicts(() => replacePasswordHash(db, user.id, passwordHash, fresh));
    }
    return (await recordedRefusal(context, user, 'password', client)) ?? { ok: true, user };
  });
  if (!login.ok) context.loginCounts.count('password', outcomeOf(login.problem));
  return login;
}

/** All that a login takes, in one piece, for who has no pages: an API client, a front end elsewhere. */
export const completeLoginForm = z.object({
  username: loginForm.shape.username,
  password: loginForm.shape.password,
  code: codeForm.shape.code.optional(),
});

export type CompleteLogin =
  | { ok: true; user: User; factors: Factor[] }
  | (Login & { ok: false })
  /** The password is right, and two-factor is on: it takes a code as well; or another one. */
  | { ok: false; problem: 'second-factor-required' | 'wrong-code' };

/**
 * Checks username, password and, with two-factor on, a code, in one step: by the same rules, throttles and log lines
 * as the two pages of the door (OWASP ASVS 5.0, 6.3.4). Opens nothing by itself.
 */
export async function logInCompletely(
  context: AccountContext,
  { code, ...credentials }: z.output<typeof completeLoginForm>,
  client: ClientInfo,
): Promise<CompleteLogin> {
  const login = await logIn(context, credentials, client);
  if (!login.ok) return login;
  const { user } = login;
  if (!(await needsSecondFactor(context, user, client)))
    return { ok: true, user, factors: factorsWithout('password', user) };
  const proof = code === undefined ? undefined : await proveSecondFactor(context, user, { code }, client);
  if (proof?.ok) return { ok: true, user, factors: ['password', proof.factor] };
  context.loginCounts.count('password', proof ? secondOutcomeOf(proof.problem) : 'second_factor_asked');
  const required = { first: 'password', keepsCookie: false } as const;
  const retryAfter = await recordSecondFactorRequired(context, user, client, required);
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  if (!proof) return { ok: false, problem: 'second-factor-required' };
  return proof.problem === 'throttled' ? proof : { ok: false, problem: 'wrong-code' };
}

/**
 * Why somebody who has shown who they are cannot come in all the same: disabled by the store, locked by "This wasn't me",
 * closed by its member.
 */
export interface Refusal {
  ok: false;
  problem: 'disabled' | 'locked' | 'closing';
}

export const REFUSALS: Record<Refusal['problem'], string> = {
  disabled: 'This account has been disabled. Please ask the store.',
  locked:
    'This account is locked, because somebody reported something that was not them. Reset the password to open it again.',
  closing: 'This account was closed. The link in the mail about it opens it again.',
};

/** For the activity page. */
const REASONS: typeof REFUSALS = {
  disabled: 'the account is disabled',
  locked: 'the account is locked',
  closing: 'the account was closed',
};

const HELP = (address: string) => ` Questions? Write to ${address}.`;

export function refusalText(
  problem: Refusal['problem'],
  { supportAddress }: Pick<AccountContext['settings'], 'supportAddress'>,
): string {
  return REFUSALS[problem] + (supportAddress === '' ? '' : HELP(supportAddress));
}

export function refusalOf(user: User): Refusal | undefined {
  if (user.disabledAt !== null) return { ok: false, problem: 'disabled' };
  if (user.lockedAt !== null) return { ok: false, problem: 'locked' };
  if (user.closingAt !== null) return { ok: false, problem: 'closing' };
  return undefined;
}

/** The same, and writes it down (OWASP ASVS 5.0, 16.3.1); of each network as often as a wrong password. */
export async function recordedRefusal(
  context: AccountContext,
  user: User,
  factor: Factor,
  client: ClientInfo,
): Promise<Refusal | undefined> {
  const refusal = refusalOf(user);
  if (refusal && (await context.throttles.failureRows.take(client.network)) === 0) {
    await recordFailedLogin(context, user, { factor, reason: REASONS[refusal.problem], client });
  }
  return refusal;
}
