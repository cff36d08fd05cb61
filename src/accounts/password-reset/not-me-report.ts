import type { Database } from '../../database/connection.ts';
import type { Transaction } from '../../database/transaction.ts';
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
import type { Link, MailedLink } from '../links.ts';
import { deleteKnownNetworksOf } from '../login/known-networks.table.ts';
import { type User, updateUser } from '../users.table.ts';
import { queueResetLink } from './reset-links.ts';

/**
 * For how long a report takes back a factor that was added. Short: once it is over, who reads nothing but the mail
 * cannot get round the second factor with it.
 */
const FACTOR_CAN_BE_TAKEN_BACK = 3 * DAY;

/** What else is taken back, as the page says beforehand. */
export type TakenBack = 'passkey' | 'app' | 'identity';

/**
 * "This wasn't me": somebody who reads the account's mail says that another did what the mail tells of. Everything
 * that this other may hold ends at once (sessions, API clients, personal access tokens, known browsers and networks, a
 * pending new address, what was added), the account is locked until the password is reset, and the link for that is
 * mailed. It also reopens an account that was closed since.
 *
 * It goes to the address that the notice was mailed to, if the account can still take that one back: or else whoever
 * changed the address would get the link.
 */
export const notMeLink: MailedLink<void> = {
  purpose: 'not-me',
  // What the store disabled, deleted or declined, no mailed link opens.
  worksFor: async (user, _link, db, now) =>
    user.disabledAt === null && (user.closingAt === null || (await closedByMember(db, user.id, now))),
  async apply(trx, context, { link, user: locked, client }) {
    const now = context.clock();
    await revokeAllAccess(trx, locked.id);
    await deleteKnownBrowsersOf(trx, locked.id);
    await deleteKnownNetworksOf(trx, locked.id);
    await updateUser(trx, locked.id, { lockedAt: now, closingAt: null });
    await endLinksOf(trx, locked.id, ['new-email', 'come-back'], now);
    await takeBack(trx, locked, link, takenBackBy(link, now));
    const user = await withItsAddress(trx, context, locked, link, client);
    if (user) await queueResetLink(trx, context, user, { kind: 'reported' });
    await recordAccountEvent(trx, context, { action: 'account.reported', user: locked, client });
  },
};

/** What a report would take back: what the mail tells of, and the address, if it was changed since. */
export async function previewReport(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  link: Link,
  user: User,
): Promise<{ takenBack: TakenBack | undefined; address: string | undefined }> {
  const now = clock();
  const changed = await findChangeFrom(db, user, link, now);
  return { takenBack: takenBackBy(link, now), address: changed && mailedTo(link) };
}

function takenBackBy({ data, createdAt }: Link, now: number): TakenBack | undefined {
  if (now - createdAt > FACTOR_CAN_BE_TAKEN_BACK) return undefined;
  if (typeof data.passkeyId === 'number') return 'passkey';
  if (typeof data.identityId === 'number') return 'identity';
  return data.app === true ? 'app' : undefined;
}

/** Removes what the reported event added. */
async function takeBack(
  trx: Transaction,
  user: User,
  { data }: Link,
  what: TakenBack | undefined,
): Promise<void> {
  if (what === 'identity') await deleteIdentity(trx, user.id, Number(data.identityId));
  const hasLostFactor =
    (what === 'passkey' && (await deletePasskey(trx, user.id, Number(data.passkeyId)))) ||
    (what === 'app' && (await deleteApp(trx, user.id)));
  if (hasLostFactor) await turnOffIfLast(trx, user);
}

function mailedTo({ data }: Link): string {
  return String(data.mailedTo);
}

/** The link with which the address that a notice was mailed to can be had back, if the account has another by now. */
async function findChangeFrom(
  db: Database,
  user: User,
  link: Link,
  now: number,
): Promise<LinkRow | undefined> {
  const email = mailedTo(link);
  if (email === user.email) return undefined;
  const undoLinks = await listLiveLinks(db, user.id, 'old-email', now);
  return undoLinks.find((row) => JSON.parse(row.data).email === email);
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
  const changed = await findChangeFrom(trx, user, link, now);
  if (!changed) return user;
  const email = mailedTo(link);
  const back = await putEmailBack(trx, context, user, { email, changedAt: changed.createdAt, client });
  if (!back) return undefined;
  const since = Math.max(changed.createdAt, now - FACTOR_CAN_BE_TAKEN_BACK);
  const passkeys = await deletePasskeysSince(trx, user.id, since);
  const app = await deleteAppSince(trx, user.id, since);
  await deleteIdentitiesSince(trx, user.id, since);
  if (passkeys || app) await turnOffIfLast(trx, user);
  return { ...user, email };
}
