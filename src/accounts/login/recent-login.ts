import { z } from 'zod';
import { foldCase } from '../../database/fold-case.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import { MINUTE } from '../../shared/clock.ts';
import { checkInput, type InvalidForm } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { findPasswordHash, type User } from '../users.table.ts';
import type { Factor } from './known-devices.ts';
import { attemptOf, giveBack, proveWithin, recordWrongPassword } from './login-attempts.ts';

export const TEXTS = { missing: 'Enter your password.', wrong: 'This is not your password.' };

/** How long showing who one is counts for sensitive changes (OWASP ASVS 5.0, 7.5.1), in milliseconds. */
const RECENT = 5 * MINUTE;

/** @param shownAt when somebody showed who they are, in UTC milliseconds; undefined: never */
export function isRecent(now: number, shownAt = 0): boolean {
  // A clock that was set back must not make it count for longer.
  return Math.abs(now - shownAt) < RECENT;
}

const form = z.object({
  password: z.string({ error: TEXTS.missing }).min(1, TEXTS.missing).max(1_000, TEXTS.wrong),
});

type PasswordProof = { ok: true; factor: Factor } | InvalidForm;

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
): Promise<PasswordProof | Throttled> {
  const read = checkInput(form, input);
  if (!read.ok) return { ok: false, problem: 'invalid', errors: read.errors };

  const key = await attemptOf(context, user, foldCase(user.username), client);
  const throttle = {
    async take() {
      const wait = await context.throttles.login.take(key);
      if (wait > 0) return wait;
      const retryAfter = await context.throttles.loginOfAccount.take(key);
      if (retryAfter > 0) await giveBack(context, key);
      return retryAfter;
    },
    giveBack: () => giveBack(context, key),
  };
  return proveWithin(context, { throttle, key, user }, async (): Promise<PasswordProof> => {
    const stored = await findPasswordHash(context.db, user.id);
    // Who is logged in is no stranger, in whichever browser.
    const requester = { network: key.network, account: key.account, known: true };
    if (await context.hasher.verify(read.values.password, stored, requester))
      return { ok: true, factor: 'password' };
    await recordWrongPassword(context, user, key, client, { byMember: true });
    return { ok: false, problem: 'invalid', errors: { password: TEXTS.wrong } };
  });
}
