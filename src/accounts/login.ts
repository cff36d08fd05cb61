import { z } from 'zod';
import type { Database } from '../database/connection.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { LoginThrottle } from './throttles.ts';
import { findForLogin, replacePasswordHash, type User } from './users.table.ts';

const TEXTS = {
  username: 'Enter your username or e-mail address.',
  password: 'Enter your password.',
};

/** Generous limits: what is longer cannot be right, and need not be hashed to know it. */
export const loginForm = z.object({
  username: z.string({ error: TEXTS.username }).trim().min(1, TEXTS.username).max(320, TEXTS.username),
  password: z.string({ error: TEXTS.password }).min(1, TEXTS.password).max(1_000, TEXTS.password),
  remember: z.string().optional(),
});

export interface LoginContext {
  db: Database;
  hasher: PasswordHasher;
  loginThrottle: LoginThrottle;
}

export type Login =
  | { ok: true; user: User }
  /** Unknown name and wrong password are one answer and cost the same time. */
  | { ok: false; problem: 'wrong' }
  /** Said only to who knows the password. */
  | { ok: false; problem: 'disabled' }
  /** @property retryAfter in milliseconds */
  | { ok: false; problem: 'throttled'; retryAfter: number };

/**
 * Checks a username (or e-mail address) and a password. On success an outdated hash is made anew.
 *
 * @param network the address range that asks, for the throttle
 */
export async function logIn(
  context: LoginContext,
  credentials: { username: string; password: string },
  network: string,
): Promise<Login> {
  const { db, hasher, loginThrottle } = context;
  const login = credentials.username.trim();

  const retryAfter = await loginThrottle.take(login, network);
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };

  try {
    const found = await findForLogin(db, login);
    const matches = await hasher.verify(credentials.password, found?.passwordHash);
    if (!found || !matches) return { ok: false, problem: 'wrong' };

    const { passwordHash, ...user } = found;
    if (hasher.isOutdated(passwordHash)) {
      await replacePasswordHash(db, user.id, passwordHash, await hasher.hash(credentials.password));
    }
    await loginThrottle.giveBack(login, network);
    return user.disabledAt === null ? { ok: true, user } : { ok: false, problem: 'disabled' };
  } catch (error) {
    // A fault of ours is not a failed attempt.
    await loginThrottle.giveBack(login, network);
    throw error;
  }
}
