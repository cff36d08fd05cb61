import { inTransaction } from '../../database/transaction.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import { checkInput, type InvalidForm } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { codeForm, WRONG_CODE } from '../credentials/code-field.ts';
import { hasFreshBrowserLike } from '../credentials/known-browsers.table.ts';
import { useRecoveryCode } from '../credentials/recovery-codes.ts';
import { readCode, useAppCode } from '../credentials/totp.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { countThrottled } from '../events/limited-events.ts';
import type { User } from '../users.table.ts';
import type { Factor } from './known-devices.ts';
import { knownBrowserOf, proveWithin, recordFailedLogin } from './login-attempts.ts';

const REASON = 'wrong code';

export type SecondFactorProof =
  /** @property recoveryCodesLeft when it was one of them */
  { ok: true; factor: Factor; recoveryCodesLeft?: number } | InvalidForm | Throttled;

/**
 * Checks a code of somebody's second factor and uses it up: six digits are from the authenticator app, anything else
 * is a recovery code. Wrong ones are throttled by account, those of a browser that the account knows by themselves,
 * and written into the audit log (OWASP ASVS 5.0, 6.3.1, 6.5.1 and 16.3.1).
 *
 * @param input holds the code in the field `code`
 * @param byMember whether the member tries, who is logged in, and not a guest
 */
export async function proveSecondFactor(
  context: AccountContext,
  user: User,
  input: unknown,
  client: ClientInfo,
  { byMember = false } = {},
): Promise<SecondFactorProof> {
  const read = checkInput(codeForm, input);
  if (!read.ok) return { ok: false, problem: 'invalid', errors: read.errors };
  const { code } = read.values;
  const isOfApp = readCode(code) !== undefined;
  const factor: Factor = isOfApp ? 'a code from an authenticator app' : 'a recovery code';
  const key = { userId: user.id, knownBrowser: await knownBrowserOf(context, user, client) };
  const attempt = { throttle: context.throttles.secondFactor, key, user };
  const proof = await proveWithin(context, attempt, async (): Promise<SecondFactorProof> => {
    if (isOfApp) {
      if (await useAppCode(context, user.id, code)) return { ok: true, factor };
    } else {
      const recoveryCodesLeft = await useRecoveryCode(context, user, code, client);
      if (recoveryCodesLeft !== undefined) return { ok: true, factor, recoveryCodesLeft };
    }
    return { ok: false, problem: 'invalid', errors: { code: WRONG_CODE } };
  });
  // Only now: a wrong code keeps its place also when it cannot be written down.
  if (!proof.ok && proof.problem === 'invalid') {
    await recordFailedLogin(context, user, { factor, reason: REASON, byMember, client });
  }
  return proof;
}

/**
 * Writes down that somebody showed a first factor and not the second (OWASP ASVS 5.0, 16.3.1): what follows is a row
 * of its own, and often nothing follows. Where the account was never used from there, whoever knows the password may
 * be somebody else, and the member is told by mail. It takes a place among the logins of the network: right passwords
 * are not counted otherwise, and each leaves a row.
 *
 * @param first what was shown
 * @param keepsCookie whether it is a browser; an API client is known by its address and name
 * @returns 0, or how long until the network may try again, in milliseconds: then it is only counted
 */
export async function recordSecondFactorRequired(
  context: AccountContext,
  user: User,
  client: ClientInfo,
  { first, keepsCookie }: { first: Factor; keepsCookie: boolean },
): Promise<number> {
  const retryAfter = await context.throttles.logins.take({ userId: user.id, network: client.network });
  if (retryAfter > 0) {
    await countThrottled(context, user);
    return retryAfter;
  }
  const browser = await knownBrowserOf(context, user, client);
  await inTransaction(context.db, async (trx) => {
    const { address, userAgent } = client;
    const place = { userId: user.id, address, userAgent };
    const isKnown = browser !== undefined || (!keepsCookie && (await hasFreshBrowserLike(trx, place, 0)));
    await recordAccountEvent(trx, context, {
      action: 'login.second-factor-required',
      user,
      actor: { kind: 'guest' },
      client,
      details: { factors: [first] },
      quiet: isKnown || first !== 'password',
    });
  });
  return 0;
}
