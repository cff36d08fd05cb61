import { type Actor, record } from '../../audit/audit.ts';
import { foldCase } from '../../database/fold-case.ts';
import { inTransaction } from '../../database/transaction.ts';
import { type Throttle, type Throttled, withinThrottle } from '../../rate-limits/throttle.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { findKnownBrowser } from '../credentials/known-browsers.table.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { countThrottled } from '../events/limited-events.ts';
import type { Attempt } from '../login-throttle.ts';
import type { User } from '../users.table.ts';
import type { Factor } from './known-devices.ts';
import { isKnownNetwork } from './known-networks.table.ts';

/** No account has it: who types an unknown name costs the same queries. */
const NO_ID = 0;

/** Why a login failed, as the member reads it on the activity page. */
const REASONS = {
  unknown: 'unknown name',
  wrong: 'wrong password',
  unchecked: 'too many attempts, the password was not checked',
};

export function throttleKeyOf(user: Pick<User, 'id'>): string {
  return `user ${user.id}`;
}

/**
 * An attempt to log in with a password, as the throttle counts it.
 *
 * @param user whose account the name belongs to; undefined when it is nobody's
 * @param login the name as typed, folded
 */
export async function attemptOf(
  context: AccountContext,
  user: Pick<User, 'id'> | undefined,
  login: string,
  client: ClientInfo,
): Promise<Attempt> {
  const id = user?.id ?? NO_ID;
  return {
    login,
    account: user ? throttleKeyOf(user) : login,
    network: client.network,
    knownBrowser: await knownBrowserOf(context, { id }, client),
    networkIsKnown: await isKnownNetwork(context.db, id, client.network, context.clock()),
  };
}

export async function giveBack({ throttles }: AccountContext, attempt: Attempt): Promise<void> {
  await throttles.login.giveBack(attempt);
  await throttles.loginOfAccount.giveBack(attempt);
}

/** Forgets the failures of strangers: the account's password is a new one. */
export async function clearFailures(
  { throttles }: Pick<AccountContext, 'throttles'>,
  user: Pick<User, 'id' | 'username' | 'email'>,
): Promise<void> {
  await throttles.login.clear(throttleKeyOf(user), [foldCase(user.username), foldCase(user.email)]);
}

/** The hash of a browser's token, if the account was used with that browser before. */
export async function knownBrowserOf(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  user: Pick<User, 'id'>,
  { browserToken }: Pick<ClientInfo, 'browserToken'>,
): Promise<string | undefined> {
  if (!browserToken) return undefined;
  return (await findKnownBrowser(db, hashToken(browserToken), user.id, clock()))?.tokenHash;
}

/**
 * Looks at what somebody shows, as often as a throttle allows. The attempt takes its place before anything is looked at
 * and keeps it when it failed.
 *
 * @param user whose activity tells of attempts that were refused
 * @param failed whether an outcome keeps its place
 */
export function proveWithin<Key, Proof extends { ok: boolean }>(
  context: Pick<AccountContext, 'db' | 'clock'>,
  { throttle, key, user }: { throttle: Throttle<Key>; key: Key; user: Pick<User, 'id'> | undefined },
  prove: () => Promise<Proof>,
  failed = (proof: Proof) => !proof.ok,
): Promise<Proof | Throttled> {
  // A fault of ours is not a failed attempt: what throws gives its place back.
  return withinThrottle(throttle, key, prove, failed, () => countThrottled(context, user));
}

interface FailedLogin {
  factor: Factor;
  /** As the member reads it on the activity page. */
  reason: string;
  /** Whether the member tries, who is logged in, and not a guest. */
  byMember?: boolean | undefined;
  client: ClientInfo;
}

/** Writes a failed login into the audit log (OWASP ASVS 5.0, 16.3.1). */
export async function recordFailedLogin(
  context: AccountContext,
  user: User,
  { factor, reason, byMember, client }: FailedLogin,
): Promise<void> {
  const actor: Actor = byMember ? { kind: 'member', id: user.id } : { kind: 'guest' };
  const event = {
    action: 'login.failed',
    user,
    actor,
    client,
    details: { factors: [factor], reason },
  } as const;
  await inTransaction(context.db, (trx) => recordAccountEvent(trx, context, event));
}

/**
 * Writes a wrong password into the audit log (OWASP ASVS 5.0, 16.3.1), and tells the member when strangers
 * have to wait from now on. Of an unknown name the log keeps nothing but that it was tried: people type passwords into
 * the wrong field. Of each network two thousand an hour are written down, so that nobody fills the disk.
 *
 * @param isUnchecked whether there were too many attempts, and the password was not looked at
 */
export async function recordWrongPassword(
  context: AccountContext,
  user: User | undefined,
  attempt: Attempt,
  client: ClientInfo,
  { byMember = false, isUnchecked = false } = {},
): Promise<void> {
  const slowed = user !== undefined && (await context.throttles.login.hasJustSlowed(attempt));
  const isTooMuch = (await context.throttles.failureRows.take(client.network)) > 0;
  if (isTooMuch && !slowed) return;
  const action = 'login.failed';
  const factors: Factor[] = ['password'];
  const actor: Actor = byMember && user ? { kind: 'member', id: user.id } : { kind: 'guest' };
  await inTransaction(context.db, async (trx) => {
    if (!user) {
      const details = { factors, reason: REASONS.unknown };
      return record(trx, context.clock(), { action, actor, client, details });
    }
    const details = { factors, reason: isUnchecked ? REASONS.unchecked : REASONS.wrong };
    await recordAccountEvent(trx, context, { action, user, actor, client, details });
    if (slowed) await recordAccountEvent(trx, context, { action: 'login.slowed', user, actor, client });
  });
}
