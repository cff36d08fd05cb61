import { randomInt } from 'node:crypto';
import type { Database } from '../../database/connection.ts';
import { retryConflicts } from '../../database/transaction.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { type CredentialChange, changeCredentials } from '../credentials/credential-change.ts';
import {
  deleteIdentity,
  findIdentity,
  findIdentityByHash,
  saveIdentityUse,
} from '../credentials/identities.table.ts';
import {
  identityDetails,
  identityHashOf,
  type Linking,
  linkIdentity,
  type ProvenIdentity,
} from '../credentials/identities.ts';
import { canRemoveLoginMethod, hasPassword } from '../credentials/login-methods.ts';
import type { Factor } from '../login/known-devices.ts';
import { type Refusal, recordedRefusal } from '../login/login.ts';
import { nameIsReserved } from '../reserved-names.table.ts';
import { usernameField } from '../usernames.ts';
import { findByEmail, findUser, type User, usernameIsTaken } from '../users.table.ts';

const LONGEST_USERNAME = 30;

/** What somebody showed who comes from a provider. Whatever it asked for, it is one factor to us. */
export function factorOf({ provider }: Pick<ProvenIdentity, 'provider'>): Factor {
  return `an account at ${provider}`;
}

type IdentityLogin =
  | { ok: true; user: User }
  /** Nobody's identity yet. */
  | { ok: false; problem: 'unknown' }
  | Refusal;

/**
 * Finds whose identity somebody has proven: the first step of a login, as a password is. It goes by issuer and subject
 * alone (OpenID Connect Core 1.0, 5.7): addresses and names change hands.
 */
export async function logInByIdentity(
  context: AccountContext,
  identity: ProvenIdentity,
  client: ClientInfo,
): Promise<IdentityLogin> {
  const { db, clock } = context;
  const found = await findIdentityByHash(db, identityHashOf(identity));
  const user = found && (await findUser(db, found.userId));
  if (!found || !user) return { ok: false, problem: 'unknown' };
  const refusal = await recordedRefusal(context, user, factorOf(identity), client);
  if (refusal) return refusal;
  await retryConflicts(() => saveIdentityUse(db, found.id, clock()));
  return { ok: true, user };
}

export async function isIdentityOf(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  identity: ProvenIdentity,
  { id }: Pick<User, 'id'>,
): Promise<boolean> {
  const found = await findIdentityByHash(db, identityHashOf(identity));
  if (found?.userId !== id) return false;
  await retryConflicts(() => saveIdentityUse(db, found.id, clock()));
  return true;
}

/** What becomes of somebody whose identity is nobody's yet. */
export type Newcomer =
  /** Both the provider and we have seen that the address is theirs: their password connects the two. */
  | { kind: 'password'; email: string }
  /** There is an account with the address, which only who is logged in to it can connect. */
  | { kind: 'account'; email: string }
  /** @property username one that could be theirs, free at this moment; empty when none comes to mind */
  | { kind: 'new'; username: string };

/**
 * Looks whether somebody new has an account already. An address alone never opens one: a provider may be mistaken
 * about whose it is, or hand it to somebody else one day (OWASP ASVS 5.0, 10.5.2).
 */
export async function lookAtNewcomer({ db }: AccountContext, identity: ProvenIdentity): Promise<Newcomer> {
  const { email, emailVerified } = identity;
  if (email !== undefined) {
    const owner = await findByEmail(db, email);
    if (owner) {
      const seen = emailVerified && owner.emailVerifiedAt !== null;
      return { kind: seen && (await hasPassword(db, owner.id)) ? 'password' : 'account', email };
    }
    // One that was mistyped can be changed on the page; one that the provider is sure of cannot.
    if (emailVerified && (await nameIsReserved(db, email))) return { kind: 'account', email };
  }
  return { kind: 'new', username: await suggestUsername(db, identity.names) };
}

/**
 * Makes a username from what a provider tells of somebody.
 *
 * @param names the likeliest first
 * @returns one that is valid and free at this moment; empty when there is none to be made
 */
async function suggestUsername(db: Database, names: readonly string[]): Promise<string> {
  for (const name of names.map(plain)) {
    const tries = [name, `${name.slice(0, LONGEST_USERNAME - 5)}-${randomInt(1_000, 10_000)}`];
    for (const username of tries) {
      if (!usernameField.safeParse(username).success) break;
      const isTaken = (await usernameIsTaken(db, username)) || (await nameIsReserved(db, username));
      if (!isTaken) return username;
    }
  }
  return '';
}

/** `Zoë Müller` becomes `Zoe.Muller`, `maria@example.org` becomes `maria`. */
function plain(name: string): string {
  const [local = ''] = name.split('@');
  const latin = local.normalize('NFKD').replaceAll(/\p{M}/gu, '').trim();
  return latin
    .replaceAll(/\s+/g, '.')
    .replaceAll(/[^A-Za-z0-9._-]/g, '')
    .replaceAll(/^[._-]+/g, '')
    .slice(0, LONGEST_USERNAME)
    .replaceAll(/[._-]+$/g, '');
}

/** Connects an identity with the account of somebody who is logged in. */
export function linkInAccount(
  context: AccountContext,
  by: CredentialChange,
  identity: ProvenIdentity,
): Promise<Linking> {
  const ended: Linking = { ok: false, problem: 'ended' };
  return changeCredentials(context, by, ended, (trx, user, revokeAndRecord) =>
    linkIdentity(trx, context, user, identity, revokeAndRecord),
  );
}

type Unlinking =
  /** @property provider its name, or its address when the store no longer knows it */
  | { ok: true; provider: string }
  /** Not theirs, or gone already; or nothing would be left to log in by. */
  | { ok: false; problem: 'unknown' | 'last' };

/** Disconnects an identity from its member's account, unless it is the last login method. */
export function unlink(context: AccountContext, by: CredentialChange, id: number): Promise<Unlinking> {
  const unknown: Unlinking = { ok: false, problem: 'unknown' };
  return changeCredentials(context, by, unknown, async (trx, user, revokeAndRecord) => {
    const identity = await findIdentity(trx, user.id, id);
    if (!identity) return unknown;
    if (!(await canRemoveLoginMethod(trx, context, user.id, { kind: 'identity', id })))
      return { ok: false, problem: 'last' };
    const details = identityDetails(context, identity);
    await deleteIdentity(trx, user.id, id);
    await revokeAndRecord({ action: 'identity.unlinked', details });
    return { ok: true, provider: details.provider };
  });
}
