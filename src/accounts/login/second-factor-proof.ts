import type { Actor } from '../../audit/audit.ts';
import { inTransaction } from '../../database/transaction.ts';
import { checkInput, type FieldErrors } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { useAppCode } from '../credentials/authenticator-keys.ts';
import { codeForm, WRONG_CODE } from '../credentials/code-field.ts';
import { useRecoveryCode } from '../credentials/recovery-codes.ts';
import { readCode } from '../credentials/totp.ts';
import { countThrottled } from '../events/access-denials.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { User } from '../users.table.ts';
import type { Factor } from './known-devices.ts';
import { knownBrowserOf } from './login-attempts.ts';

const REASON = 'wrong code';

export type SecondFactorCheck =
  /** @property recoveryCodesLeft when it was one of them */
  | { ok: true; factor: Factor; recoveryCodesLeft?: number }
  | { ok: false; problem: 'wrong' }
  /** @property retryAfter in milliseconds */
  | { ok: false; problem: 'throttled'; retryAfter: number };

/**
 * Checks a code of somebody's second factor and uses it up: six digits are from the authenticator app, anything else
 * is a recovery code. Wrong ones are throttled by account, those of a browser that the account knows by themselves,
 * and written into the audit log (OWASP ASVS 5.0, 6.3.1, 6.5.1 and 16.3.1).
 *
 * @param actor who tries: a guest at the login, a member who is logged in
 */
export async function verifySecondFactor(
  context: AccountContext,
  user: User,
  codeText: string,
  client: ClientInfo,
  actor: Actor = { kind: 'guest' },
): Promise<SecondFactorCheck> {
  const { secondFactor } = context.throttles;
  const attempt = { userId: user.id, knownBrowser: await knownBrowserOf(context, user, client) };
  const retryAfter = await secondFactor.take(attempt);
  if (retryAfter > 0) {
    await countThrottled(context, user);
    return { ok: false, problem: 'throttled', retryAfter };
  }

  try {
    const shown = await useUp(context, user, codeText, client);
    if (shown) {
      await secondFactor.giveBack(attempt);
      return { ok: true, ...shown };
    }
  } catch (error) {
    // A fault of ours is not a failed attempt.
    await secondFactor.giveBack(attempt);
    throw error;
  }
  const factor: Factor = readCode(codeText) ? 'a code from an authenticator app' : 'a recovery code';
  const details = { factors: [factor], reason: REASON };
  const failure = { action: 'login.failed', user, actor, client, details } as const;
  await inTransaction(context.db, (trx) => recordAccountEvent(trx, context, failure));
  return { ok: false, problem: 'wrong' };
}

async function useUp(
  context: AccountContext,
  user: User,
  codeText: string,
  client: ClientInfo,
): Promise<{ factor: Factor; recoveryCodesLeft?: number } | undefined> {
  if (readCode(codeText)) {
    const used = await useAppCode(context, user.id, codeText);
    return used ? { factor: 'a code from an authenticator app' } : undefined;
  }
  const recoveryCodesLeft = await useRecoveryCode(context, user, codeText, client);
  return recoveryCodesLeft === undefined ? undefined : { factor: 'a recovery code', recoveryCodesLeft };
}

export type SecondFactorProof =
  | (SecondFactorCheck & { ok: true })
  | { ok: false; problem: 'invalid'; errors: FieldErrors }
  | (SecondFactorCheck & { problem: 'throttled' });

/**
 * The same for what came with a form.
 *
 * @param input holds the code in the field `code`
 */
export async function proveSecondFactor(
  context: AccountContext,
  user: User,
  input: unknown,
  client: ClientInfo,
  actor?: Actor,
): Promise<SecondFactorProof> {
  const read = checkInput(codeForm, input);
  if (!read.ok) return { ok: false, problem: 'invalid', errors: read.errors };
  const check = await verifySecondFactor(context, user, read.values.code, client, actor);
  if (check.ok || check.problem === 'throttled') return check;
  return { ok: false, problem: 'invalid', errors: { code: WRONG_CODE } };
}
