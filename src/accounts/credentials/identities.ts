import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { type AccountEvent, recordAccountEvent } from '../events/account-events.ts';
import { isActive, lockUser, type User } from '../users.table.ts';
import type { RecordChange } from './credential-change.ts';
import {
  deleteIdentitiesSince,
  findIdentityByHash,
  type Identity,
  insertIdentity,
  listIdentities,
} from './identities.table.ts';

/** Somebody at a provider, as an answer has just proven. Kept in a session at times, so it is plain data. */
export interface ProvenIdentity {
  provider: string;
  issuer: string;
  subject: string;
  /** What the provider calls the person: to be shown, and never to be believed. */
  label: string;
  email?: string;
  /** Whether the provider says that it has seen that the address is this person's. */
  emailVerified: boolean;
  /** What a username could be made from. */
  names: string[];
}

/** By what the table finds an identity: no two pairs of issuer and subject have the same. */
export function identityHashOf({ issuer, subject }: Pick<ProvenIdentity, 'issuer' | 'subject'>): string {
  return hashToken(JSON.stringify([issuer, subject]));
}

/** An issuer with the slash that some providers leave out: for comparing it with a setting, never for the hash. */
export function normalIssuer(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).href : issuer;
}

/** The provider of an identity, if the store still knows it. */
export function providerOf(
  { providers }: Pick<AccountContext['config'], 'providers'>,
  { issuer }: Pick<Identity, 'issuer'>,
): AccountContext['config']['providers'][number] | undefined {
  return providers.find((provider) => provider.issuer === normalIssuer(issuer));
}

export type Linking =
  | { ok: true }
  /** It is another member's; or the session that asks has ended, or the account is inactive. */
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
  client: ClientInfo,
): Promise<Linking> {
  return inTransaction(context.db, async (trx) => {
    const locked = await lockUser(trx, user.id);
    if (!locked || !isActive(locked)) return { ok: false, problem: 'ended' };
    // What was shown was asked of the account as it was: an identity would outlive what ended with the change.
    const isAsShown =
      locked.passwordChangedAt === user.passwordChangedAt && locked.twoFactorSince === user.twoFactorSince;
    if (!isAsShown) return { ok: false, problem: 'ended' };
    const recordLink: RecordChange = (event) =>
      recordAccountEvent(trx, context, { ...event, user: locked, client });
    return linkIdentity(trx, context, locked, identity, recordLink);
  });
}

export async function linkIdentity(
  trx: Transaction,
  { clock }: Pick<AccountContext, 'clock'>,
  user: Pick<User, 'id'>,
  identity: ProvenIdentity,
  recordLink: RecordChange,
): Promise<Linking> {
  const { issuer, subject, label, provider } = identity;
  const identityHash = identityHashOf(identity);
  const row = { userId: user.id, issuer, subject, label, createdAt: clock(), identityHash };
  const identityId = await insertIdentity(trx, row);
  if (identityId === undefined) {
    // Sent twice, it is theirs already.
    const found = await findIdentityByHash(trx, identityHash);
    return found?.userId === user.id ? { ok: true } : { ok: false, problem: 'taken' };
  }
  await recordLink({ action: 'identity.linked', details: { provider, label }, undo: { identityId } });
  return { ok: true };
}

export function identityDetails({ config }: Pick<AccountContext, 'config'>, identity: Identity) {
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
    details: identityDetails(context, identity),
  }));
}
