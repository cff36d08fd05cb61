import type { Database } from '../../database/connection.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';
import { DAY } from '../../shared/clock.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { closedByMember } from '../closure/closure.ts';
import { deleteApp, deleteAppSince } from '../credentials/authenticator-apps.table.ts';
import { deleteIdentitiesSince, deleteIdentity } from '../credentials/identities.table.ts';
import { deleteKnownBrowsersOf } from '../credentials/known-browsers.table.ts';
import { deletePasskey, deletePasskeysSince } from '../credentials/passkeys.table.ts';
import { revokeAllAccess } from '../credentials/revoke-access.ts';
import { turnOffIfLast } from '../credentials/second-factors.ts';
import { putEmailBack } from '../email-change/old-email.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { endLinksOf, type LinkRow, listLiveLinks } from '../links.table.ts';
import { findLink, type Link, useLink } from '../links.ts';
import { deleteKnownNetworksOf } from '../login/known-networks.table.ts';
import { findUser, type User, updateUser } from '../users.table.ts';
import { queueResetLink } from './reset-links.ts';

const PURPOSE = 'not-me';

/**
 * For how long a report takes back a factor that was added. Short: once it is over, who reads nothing but the mail
 * cannot get round the second factor with it.
 */
const FACTOR_CAN_BE_TAKEN_BACK = 3 * DAY;

/** What else is taken back, as the page says beforehand. */
export type TakenBack = 'passkey' | 'app' | 'identity';

export type FoundReport =
  | {
      state: 'live';
      username: string;
      takenBack: TakenBack | undefined;
      /** The address that the account gets back, if it was changed since. */
      address: string | undefined;
    }
  | { state: 'dead' | 'unknown' };

/** Looks at a "This wasn't me" link without using it: mail scanners open links, too. */
export async function findReport(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  token: string,
): Promise<FoundReport> {
  const found = await findLink(db, PURPOSE, token, clock());
  if (found.state !== 'live') return found;
  const user = await findUser(db, found.link.userId);
  if (!user || (await isShutByStore(db, user, clock()))) return { state: 'dead' };
  const way = await wayBack(db, user, found.link, clock());
  return {
    state: 'live',
    username: user.username,
    takenBack: takenBackBy(found.link, clock()),
    address: way && mailedTo(found.link),
  };
}

/** Whether the store disabled, deleted or declined the account: what the store has shut, no mailed link opens. */
async function isShutByStore(db: Database | Transaction, user: User, now: number): Promise<boolean> {
  if (user.disabledAt !== null) return true;
  return user.closingAt !== null && !(await closedByMember(db, user.id, now));
}

function takenBackBy({ data, createdAt }: Link, now: number): TakenBack | undefined {
  if (now - createdAt > FACTOR_CAN_BE_TAKEN_BACK) return undefined;
  if (typeof data.passkeyId === 'number') return 'passkey';
  if (typeof data.identityId === 'number') return 'identity';
  return data.app === true ? 'app' : undefined;
}

export type Reporting =
  /** @property userId whose account it is */
  { ok: true; userId: number } | { ok: false; problem: 'dead' | 'unknown' };

/**
 * "This wasn't me": somebody who reads the account's mail says that another did what the mail tells of. Everything
 * that this other may hold ends at once (sessions, programs, personal access tokens, known browsers and networks, a pending new address, what was added), the
 * account is locked until the password is reset, and the link for that is mailed. It also reopens an account that
 * was closed since.
 *
 * It goes to the address that the notice was mailed to, if the account can still take that one back: or else whoever
 * changed the address would get the link.
 */
export async function reportNotMe(
  context: AccountContext,
  token: string,
  client: ClientInfo,
): Promise<Reporting> {
  return inTransaction(context.db, async (trx) => {
    const now = context.clock();
    const used = await useLink(trx, PURPOSE, token, now);
    if (used.state !== 'live') return { ok: false, problem: used.state };
    const { link, user: locked } = used;
    if (await isShutByStore(trx, locked, now)) return { ok: false, problem: 'dead' };

    await revokeAllAccess(trx, locked.id);
    await deleteKnownBrowsersOf(trx, locked.id);
    await deleteKnownNetworksOf(trx, locked.id);
    await updateUser(trx, locked.id, { lockedAt: now, closingAt: null });
    await endLinksOf(trx, locked.id, ['new-email', 'come-back'], now);
    await takeBack(trx, locked, link, takenBackBy(link, now));
    const user = await withItsAddress(trx, context, locked, link, client);
    if (user) await queueResetLink(trx, context, user, { kind: 'reported' });
    await recordAccountEvent(trx, context, { action: 'account.reported', user: locked, client });
    return { ok: true, userId: locked.id };
  });
}

/** Removes what the reported event added. */
async function takeBack(
  trx: Transaction,
  user: User,
  { data }: Link,
  what: TakenBack | undefined,
): Promise<void> {
  if (what === undefined) return;
  if (what === 'identity') {
    await deleteIdentity(trx, user.id, Number(data.identityId));
    return;
  }
  const removed =
    what === 'passkey'
      ? await deletePasskey(trx, user.id, Number(data.passkeyId))
      : await deleteApp(trx, user.id);
  if (removed) await turnOffIfLast(trx, user);
}

function mailedTo({ data }: Link): string {
  return String(data.mailedTo);
}

/** The link with which the address that a notice was mailed to can be had back, if the account has another by now. */
async function wayBack(
  db: Database | Transaction,
  user: User,
  link: Link,
  now: number,
): Promise<LinkRow | undefined> {
  const email = mailedTo(link);
  if (email === user.email) return undefined;
  const ways = await listLiveLinks(db, user.id, 'old-email', now);
  return ways.find((row) => JSON.parse(row.data).email === email);
}

/**
 * Gives the account back the address that the notice was mailed to, if it gave it up within the last seven days. The
 * factors that were added since go with the other address: whoever changed it alone was told of them.
 *
 * @returns the account with the address to write to; undefined when it cannot be had back, and nobody is to be
 *   helped who may have taken it away
 */
async function withItsAddress(
  trx: Transaction,
  context: AccountContext,
  user: User,
  link: Link,
  client: ClientInfo,
): Promise<User | undefined> {
  const now = context.clock();
  const way = await wayBack(trx, user, link, now);
  if (!way) return user;
  const email = mailedTo(link);
  const back = await putEmailBack(trx, context, user, { email, changedAt: way.createdAt, client });
  if (!back) return undefined;
  const since = Math.max(way.createdAt, now - FACTOR_CAN_BE_TAKEN_BACK);
  const passkeys = await deletePasskeysSince(trx, user.id, since);
  const app = await deleteAppSince(trx, user.id, since);
  await deleteIdentitiesSince(trx, user.id, since);
  if (passkeys || app) await turnOffIfLast(trx, user);
  return { ...user, email };
}
