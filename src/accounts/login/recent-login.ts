import { z } from 'zod';
import { foldCase } from '../../database/fold-case.ts';
import { MINUTE } from '../../shared/clock.ts';
import { checkInput, type FieldErrors } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { countThrottled } from '../events/access-denials.ts';
import { findPasswordHash, type User } from '../users.table.ts';
import { recordWrongPassword } from './login.ts';
import { attemptOf, giveBack } from './login-attempts.ts';

export const TEXTS = {
  missing: 'Enter your password.',
  wrong: 'This is not your password.',
};

/** How long showing who one is counts for sensitive changes (OWASP ASVS 5.0, 7.5.1), in milliseconds. */
const RECENT = 5 * MINUTE;

/**
 * Whether showing who one is still counts for sensitive changes.
 *
 * @param shownAt when that was, in UTC milliseconds; undefined: never
 */
export function isRecent(now: number, shownAt = 0): boolean {
  // A clock that was set back must not make it count for longer.
  return Math.abs(now - shownAt) < RECENT;
}

const form = z.object({
  password: z.string({ error: TEXTS.missing }).min(1, TEXTS.missing).max(1_000, TEXTS.wrong),
});

export type PasswordProof =
  | { ok: true }
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  /** @property retryAfter in milliseconds */
  | { ok: false; problem: 'throttled'; retryAfter: number };

/**
 * Checks the password of somebody who is logged in, for what needs a recent login or the current password. Wrong
 * ones count as failed logins do: an open session is no place to try passwords.
 *
 * @param input holds the password in the field `password`
 */
export async function provePassword(
  context: AccountContext,
  user: User,
  input: unknown,
  client: ClientInfo,
): Promise<PasswordProof> {
  const read = checkInput(form, input);
  if (!read.ok) return { ok: false, problem: 'invalid', errors: read.errors };

  const attempt = await attemptOf(context, user, foldCase(user.username), client);
  const { throttles } = context;
  const wait = await throttles.login.take(attempt);
  if (wait > 0) {
    await countThrottled(context, user);
    return { ok: false, problem: 'throttled', retryAfter: wait };
  }
  const retryAfter = await throttles.loginOfAccount.take(attempt);
  if (retryAfter > 0) {
    await giveBack(context, attempt);
    await countThrottled(context, user);
    return { ok: false, problem: 'throttled', retryAfter };
  }

  try {
    const stored = await findPasswordHash(context.db, user.id);
    // Who is logged in is no stranger, in whichever browser.
    const requester = { network: attempt.network, account: attempt.account, known: true };
    if (await context.hasher.verify(read.values.password, stored, requester)) {
      await giveBack(context, attempt);
      return { ok: true };
    }
    await recordWrongPassword(context, user, attempt, client, { actor: { kind: 'member', id: user.id } });
    return { ok: false, problem: 'invalid', errors: { password: TEXTS.wrong } };
  } catch (error) {
    // A fault of ours is not a failed attempt.
    await giveBack(context, attempt);
    throw error;
  }
}
