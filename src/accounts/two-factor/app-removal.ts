import type { Database } from '../../database/connection.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import type { AccountContext } from '../account-context.ts';
import { deleteApp, findApp } from '../credentials/authenticator-apps.table.ts';
import { lockForChange, revokeOtherAccess } from '../credentials/other-access.ts';
import { canLoseFactor, turnOffIfLast } from '../credentials/second-factors.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { proveSecondFactor, type SecondFactorProof } from '../login/second-factor-proof.ts';
import type { User } from '../users.table.ts';
import type { Change } from './authenticator-app.ts';

export type RemovalRefusal =
  | { ok: false; problem: 'none' }
  /** It is the last second factor of somebody whom REQUIRE_2FA obliges to have one. */
  | { ok: false; problem: 'required' };

export type Removal =
  /** @property off whether two-factor is off with this */
  { ok: true; off: boolean } | RemovalRefusal | (SecondFactorProof & { ok: false });

/** Why somebody's app cannot be removed; undefined when it can. */
export async function removalRefusal(
  db: Database | Transaction,
  { settings }: Pick<AccountContext, 'settings'>,
  user: Pick<User, 'id' | 'role'>,
): Promise<RemovalRefusal | undefined> {
  if (!(await findApp(db, user.id))) return { ok: false, problem: 'none' };
  if (!(await canLoseFactor(db, { settings }, user))) return { ok: false, problem: 'required' };
  return undefined;
}

/**
 * Removes somebody's app, for a code from it or a recovery code. The member's other sessions end (OWASP ASVS 5.0,
 * 7.4.3).
 *
 * @param change its input holds the code in the field `code`
 */
export async function removeApp(
  context: AccountContext,
  user: User,
  { input, client, keepIdHash }: Change,
): Promise<Removal> {
  // Before the code, which is used up by looking at it.
  const refusal = await removalRefusal(context.db, context, user);
  if (refusal) return refusal;
  const proof = await proveSecondFactor(context, user, input, client, { kind: 'member', id: user.id });
  if (!proof.ok) return proof;

  return inTransaction(context.db, async (trx) => {
    const locked = await lockForChange(trx, user.id, keepIdHash);
    if (!locked) return { ok: false, problem: 'none' };
    const late = await removalRefusal(trx, context, locked);
    if (late) return late;
    await deleteApp(trx, user.id);
    const off = await turnOffIfLast(trx, locked);
    await revokeOtherAccess(trx, user.id, keepIdHash);
    await recordAccountEvent(trx, context, { action: 'two-factor.app-removed', user: locked, client });
    return { ok: true, off };
  });
}
