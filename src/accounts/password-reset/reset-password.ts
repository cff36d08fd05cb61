import { inTransaction } from '../../database/transaction.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import { checkInput, type FieldErrors, type InvalidForm } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { codeForm } from '../credentials/code-field.ts';
import { unlinkAll } from '../credentials/identities.ts';
import { distrustBrowsersOf } from '../credentials/known-browsers.table.ts';
import { revokeAllAccess } from '../credentials/revoke-access.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { recogniseInvitee } from '../invitations/acceptance.ts';
import { endLink, endLinksOf } from '../links.table.ts';
import { type Link, type LinkKind, type NoLink, openLink } from '../links.ts';
import type { Factor } from '../login/known-devices.ts';
import { clearFailures, throttleKeyOf } from '../login/login-attempts.ts';
import { proveSecondFactor } from '../login/second-factor.ts';
import { checkNewPassword } from '../passwords.ts';
import { lockUser, type User, updateUser } from '../users.table.ts';

const NO_CODE: FieldErrors = { code: 'Enter a code.' };

export const resetLink = {
  purpose: 'reset-password',
  /** Not once the store disabled the account, its member closed it, or the password was changed by other means. */
  worksFor: ({ disabledAt, closingAt, passwordChangedAt }: User, { createdAt }: Link) =>
    disabledAt === null && closingAt === null && (passwordChangedAt ?? 0) < createdAt,
} satisfies LinkKind;

/** Throttled: too many wrong codes. */
type Refusal = InvalidForm | Throttled | { ok: false; problem: NoLink['state'] };

/**
 * Gives somebody who holds a reset link a new password, and the account back to them: every login ends, in
 * browsers and of API clients, personal access tokens are removed, a lock by "This wasn't me" or by too many wrong
 * passwords is gone. With two-factor on a code is still asked for: who has got hold of a mailbox alone does not get in
 * (OWASP ASVS 5.0, 6.4.3). Nobody is logged in by it.
 *
 * @param linkHash the hash of its token: the session keeps no more than the database does
 * @param input the form: password, password_confirmation, code
 * @returns whose account it is
 */
export async function resetPassword(
  context: AccountContext,
  linkHash: string,
  input: unknown,
  client: ClientInfo,
): Promise<{ ok: true; userId: number } | Refusal> {
  const found = await openLink(context, resetLink, linkHash);
  if (found.state !== 'live') return { ok: false, problem: found.state };
  const { user, link } = found;

  const { storeName } = context.settings;
  const secret = checkNewPassword(input, { username: user.username, email: user.email, storeName });
  const needsCode = user.twoFactorSince !== null;
  const code = needsCode ? checkInput(codeForm, input) : undefined;
  if (!secret.ok) {
    const errors = { ...secret.errors, ...(code && !code.ok ? code.errors : {}) };
    return { ok: false, problem: 'invalid', errors };
  }
  // Only when the password is right: a code that was looked at is used up.
  const proof = needsCode ? await proveSecondFactor(context, user, input, client) : undefined;
  if (proof && !proof.ok) return proof;

  const requester = { network: client.network, account: throttleKeyOf(user), known: false };
  const passwordHash = await context.hasher.hash(secret.password, requester);
  const outcome = await setPassword(context, link, { passwordHash, factor: proof?.factor, client });
  if (outcome.ok) await clearFailures(context, user);
  return outcome;
}

/** Does it all in one transaction, once: of two who use a link at the same instant one succeeds. */
function setPassword(
  context: AccountContext,
  link: Link,
  { passwordHash, factor, client }: { passwordHash: string; factor: Factor | undefined; client: ClientInfo },
): Promise<{ ok: true; userId: number } | Refusal> {
  return inTransaction(context.db, async (trx) => {
    const now = context.clock();
    const user = await lockUser(trx, link.userId);
    if (!user || !resetLink.worksFor(user, link)) return { ok: false, problem: 'dead' };
    // Two-factor was turned on a moment ago: the form comes back, with the field for a code.
    if (user.twoFactorSince !== null && !factor) return { ok: false, problem: 'invalid', errors: NO_CODE };
    if (!(await endLink(trx, link.tokenHash, now))) return { ok: false, problem: 'dead' };
    // The link was read at this address.
    const confirms = user.emailVerifiedAt === null && user.email === link.data.email;
    const emailVerifiedAt = confirms ? now : user.emailVerifiedAt;
    await updateUser(trx, user.id, { passwordHash, passwordChangedAt: now, lockedAt: null, emailVerifiedAt });
    const more = confirms
      ? [...(await unlinkAll(trx, context, user)), ...(await recogniseInvitee(trx, user, now))]
      : [];
    // A new address that was asked for with the old password waits for its proof no longer.
    await endLinksOf(trx, user.id, ['reset-password', 'new-email'], now);
    await revokeAllAccess(trx, user.id);
    await distrustBrowsersOf(trx, user.id);
    const details = { factors: ['a mailed link', ...(factor ? [factor] : [])] };
    const member = { ...user, emailVerifiedAt };
    await recordAccountEvent(trx, context, { action: 'password.reset', user: member, client, details });
    for (const event of more) await recordAccountEvent(trx, context, event);
    return { ok: true, userId: user.id };
  });
}
