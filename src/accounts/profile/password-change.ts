import { inTransaction } from '../../database/transaction.ts';
import type { Throttled } from '../../rate-limits/throttle.ts';
import type { FieldErrors, InvalidForm } from '../../shared/validation.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { revokeOtherAccess } from '../credentials/revoke-access.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import type { Requester } from '../fair-queue.ts';
import { endLinksOf } from '../links.table.ts';
import { clearFailures, throttleKeyOf } from '../login/login-attempts.ts';
import { provePassword } from '../login/recent-login.ts';
import { checkNewPassword } from '../passwords.ts';
import { findPasswordHash, findUser, isActive, lockUser, type User, updateUser } from '../users.table.ts';
import type { Look } from './profile.ts';

export const TEXTS = {
  same: 'This is your password already. Choose another one.',
  stale: 'Your password was changed elsewhere a moment ago. Enter the one that you chose there.',
};

/** @property changedAt when, in UTC milliseconds: the session that stays must know it */
type PasswordChange = { ok: true; changedAt: number } | InvalidForm | Throttled;

/**
 * Gives somebody who is logged in and knows the present password a new one (OWASP ASVS 5.0, 6.2.3). With it all other
 * sessions and logins of API clients end (7.4.3), so does the trust in browsers, links for a reset or another address
 * die, and a lock by too many wrong passwords is over.
 *
 * @param input the form: current_password, password, password_confirmation
 * @param sessionHash the session that stays
 */
export async function changePassword(
  context: AccountContext,
  user: User,
  input: unknown,
  client: ClientInfo,
  sessionHash: string,
  look?: Look,
): Promise<PasswordChange> {
  const { db, clock, hasher, settings } = context;
  const { current_password: current } = (input ?? {}) as Record<string, unknown>;
  const next = checkNewPassword(input, { ...user, storeName: settings.storeName });
  const errors: FieldErrors = next.ok ? {} : next.errors;

  const proven = await findPasswordHash(db, user.id);
  const proof = await provePassword(context, user, { password: current }, client);
  if (!proof.ok && proof.problem === 'throttled') return proof;
  if (!proof.ok) errors.current_password = proof.errors.password ?? '';
  else if (next.ok && next.password.normalize('NFC') === String(current).normalize('NFC'))
    errors.password = TEXTS.same;
  if (!next.ok) return { ok: false, problem: 'invalid', errors };

  const requester = { network: client.network, account: throttleKeyOf(user), known: true };
  if (Object.keys(errors).length === 0) {
    const passwordHash = await hasher.hash(next.password, requester);
    const changedAt = await inTransaction(db, async (trx) => {
      const now = clock();
      const locked = await lockUser(trx, user.id);
      // It is no longer the password that was proven, or the account was locked meanwhile.
      if (!locked || !isActive(locked) || locked.passwordHash !== proven) return undefined;
      await look?.(locked, trx);
      await updateUser(trx, user.id, { passwordHash, passwordChangedAt: now });
      await endLinksOf(trx, user.id, ['reset-password', 'new-email'], now);
      await revokeOtherAccess(trx, user.id, sessionHash);
      await recordAccountEvent(trx, context, { action: 'password.changed', user: locked, client });
      return now;
    });
    if (changedAt !== undefined) {
      await clearFailures(context, user);
      return { ok: true, changedAt };
    }
    errors.current_password = TEXTS.stale;
  }
  const changedBefore = await sentBefore(context, user, next.password, requester);
  if (changedBefore !== undefined) return { ok: true, changedAt: changedBefore };
  return { ok: false, problem: 'invalid', errors };
}

/**
 * Whether this form changed the password while it was being looked at once more, as by a double click. Only then is
 * the new password compared: nobody tries passwords in that field.
 *
 * @returns when it did
 */
async function sentBefore(
  { db, hasher }: AccountContext,
  user: User,
  password: string,
  requester: Requester,
): Promise<number | undefined> {
  const fresh = await findUser(db, user.id);
  if (!fresh || fresh.passwordChangedAt === null || fresh.passwordChangedAt === user.passwordChangedAt)
    return undefined;
  const stored = await findPasswordHash(db, user.id);
  return (await hasher.verify(password, stored, requester)) ? fresh.passwordChangedAt : undefined;
}
