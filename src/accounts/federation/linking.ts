import { inTransaction, type Transaction } from '../../database/transaction.ts';
import type { AccountContext, AskingClient } from '../account-context.ts';
import { type AccountEvent, recordAccountEvent } from '../account-events.ts';
import { endOtherAccess, lockForChange } from '../two-factor/other-access.ts';
import { isActive, lockUser, type User } from '../users.table.ts';
import {
  deleteIdentitiesSince,
  deleteIdentity,
  findIdentity,
  findIdentityByHash,
  type Identity,
  insertIdentity,
  listIdentities,
} from './identities.table.ts';
import { identityHashOf, type ProvenIdentity } from './identity.ts';
import { canLoseWayIn, providerOf } from './ways-in.ts';

export type Linking =
  | { ok: true }
  /** It is another member's; or the session that asks has ended, or the account is shut. */
  | { ok: false; problem: 'taken' | 'ended' };

/**
 * Connects an identity with the account of somebody who has shown, at the door, all that a login takes.
 *
 * @param user as when they showed it
 * @param identity proven in the same session
 */
export async function linkAtLogin(
  context: AccountContext,
  user: User,
  identity: ProvenIdentity,
  client: AskingClient,
): Promise<Linking> {
  return inTransaction(context.db, async (trx) => {
    const locked = await lockUser(trx, user.id);
    if (!locked || !isActive(locked)) return { ok: false, problem: 'ended' };
    // What was shown was asked of the account as it was: an identity would outlive what ended with the change.
    const isAsShown =
      locked.passwordChangedAt === user.passwordChangedAt && locked.twoFactorSince === user.twoFactorSince;
    if (!isAsShown) return { ok: false, problem: 'ended' };
    return link(trx, context, locked, { identity, client });
  });
}

/**
 * Connects an identity with the account of somebody who is logged in. Their other sessions end, and so does the trust
 * in browsers, as with every new factor (OWASP ASVS 5.0, 7.4.3).
 *
 * @param member the session that goes on, by the SHA-256 of its id
 */
export async function linkInAccount(
  context: AccountContext,
  { user, sessionHash }: { user: Pick<User, 'id'>; sessionHash: string },
  identity: ProvenIdentity,
  client: AskingClient,
): Promise<Linking> {
  return inTransaction(context.db, async (trx) => {
    const locked = await lockForChange(trx, user.id, sessionHash);
    if (!locked) return { ok: false, problem: 'ended' };
    return link(trx, context, locked, { identity, client, sessionHash });
  });
}

/** @param proven the identity; and where others are to be logged out, the session that goes on */
async function link(
  trx: Transaction,
  context: AccountContext,
  user: User,
  { identity, client, sessionHash }: { identity: ProvenIdentity; client: AskingClient; sessionHash?: string },
): Promise<Linking> {
  const { issuer, subject, label, provider } = identity;
  const identityHash = identityHashOf(identity);
  const row = { userId: user.id, issuer, subject, label, createdAt: context.clock(), identityHash };
  const identityId = await insertIdentity(trx, row);
  if (identityId === undefined) {
    // Sent twice, it is theirs already.
    const found = await findIdentityByHash(trx, identityHash);
    return found?.userId === user.id ? { ok: true } : { ok: false, problem: 'taken' };
  }
  if (sessionHash !== undefined) await endOtherAccess(trx, user.id, sessionHash);
  await recordAccountEvent(trx, context, {
    action: 'identity.linked',
    user,
    client,
    details: { provider, label },
    undo: { identityId },
  });
  return { ok: true };
}

export type Unlinking =
  /** @property provider its name, or its address when the store no longer knows it */
  | { ok: true; provider: string }
  /** Not theirs, or gone already; or nothing would be left to log in by. */
  | { ok: false; problem: 'unknown' | 'last' };

/**
 * Disconnects an identity from its member's account, unless it is the last way in. Their other sessions end, which it
 * may have opened, and so does the trust in browsers.
 *
 * @param member the session that goes on, by the SHA-256 of its id
 */
export async function unlink(
  context: AccountContext,
  { user, sessionHash }: { user: Pick<User, 'id'>; sessionHash: string },
  id: number,
  client: AskingClient,
): Promise<Unlinking> {
  return inTransaction(context.db, async (trx) => {
    const locked = await lockForChange(trx, user.id, sessionHash);
    const identity = locked && (await findIdentity(trx, locked.id, id));
    if (!identity) return { ok: false, problem: 'unknown' };
    if (!(await canLoseWayIn(trx, context, locked.id, { kind: 'identity', id })))
      return { ok: false, problem: 'last' };
    const details = detailsOf(context, identity);
    await deleteIdentity(trx, locked.id, id);
    await endOtherAccess(trx, locked.id, sessionHash);
    await recordAccountEvent(trx, context, { action: 'identity.unlinked', user: locked, client, details });
    return { ok: true, provider: details.provider };
  });
}

function detailsOf({ config }: Pick<AccountContext, 'config'>, identity: Identity) {
  return { provider: providerOf(config, identity)?.name ?? identity.issuer, label: identity.label };
}

/**
 * Disconnects all identities of an account whose address has only now been shown to be its member's, by a reset of the
 * password: somebody else may have made the account with it beforehand, to come back by their own login elsewhere.
 *
 * @returns what happened, to be recorded at the end of the transaction
 */
export async function unlinkAll(
  trx: Transaction,
  context: Pick<AccountContext, 'config'>,
  user: User,
): Promise<AccountEvent[]> {
  const identities = await listIdentities(trx, user.id);
  await deleteIdentitiesSince(trx, user.id, 0);
  return identities.map((identity) => ({
    action: 'identity.unlinked',
    user,
    actor: { kind: 'system' },
    details: detailsOf(context, identity),
  }));
}
