import { z } from 'zod';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { codeForm } from '../credentials/code-field.ts';
import { secondOutcomeOf } from '../login-counts.ts';
import type { User } from '../users.table.ts';
import { type Factor, factorsWithout, needsSecondFactor } from './known-devices.ts';
import { type Login, logIn, loginForm } from './login.ts';
import { verifySecondFactor } from './second-factor-proof.ts';
import { recordSecondFactorRequired } from './second-factor-required.ts';

/** All that a login takes, in one piece, for who has no pages: a program, a front end elsewhere. */
export const completeLoginForm = z.object({
  username: loginForm.shape.username,
  password: loginForm.shape.password,
  code: codeForm.shape.code.optional(),
});

export type CompleteLogin =
  | { ok: true; user: User; factors: Factor[] }
  | (Login & { ok: false })
  /** The password is right, and two-factor is on: it takes a code as well. */
  | { ok: false; problem: 'second-factor-required' }
  | { ok: false; problem: 'wrong-code' };

/**
 * Checks username, password and, with two-factor on, a code, in one step: by the same rules, throttles and log lines
 * as the two pages of the door (OWASP ASVS 5.0, 6.3.4). Opens nothing by itself.
 */
export async function logInCompletely(
  context: AccountContext,
  { username, password, code }: z.output<typeof completeLoginForm>,
  client: ClientInfo,
): Promise<CompleteLogin> {
  const login = await logIn(context, { username, password }, client);
  if (!login.ok) return login;
  const { user } = login;
  if (!(await needsSecondFactor(context, user, client))) {
    return { ok: true, user, factors: factorsWithout('password', user) };
  }
  const required = { first: 'password', keepsCookie: false } as const;
  if (code === undefined) {
    context.loginCounts.count('password', 'second_factor_asked');
    const retryAfter = await recordSecondFactorRequired(context, user, client, required);
    if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
    return { ok: false, problem: 'second-factor-required' };
  }
  const check = await verifySecondFactor(context, user, code, client);
  if (check.ok) return { ok: true, user, factors: ['password', check.factor] };
  context.loginCounts.count('password', secondOutcomeOf(check.problem));
  const retryAfter = await recordSecondFactorRequired(context, user, client, required);
  if (retryAfter > 0) return { ok: false, problem: 'throttled', retryAfter };
  return check.problem === 'throttled' ? check : { ok: false, problem: 'wrong-code' };
}
