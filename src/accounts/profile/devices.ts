import { inTransaction } from '../../database/transaction.ts';
import { deleteSessionOf, listSessionsOf } from '../../sessions/sessions.table.ts';
import { formatDevice } from '../../shared/format/devices.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { distrustBrowser, listTrustedBrowsers } from '../credentials/known-browsers.table.ts';
import { revokeOtherSessions } from '../credentials/revoke-access.ts';
import { recordAccountEvent } from '../events/account-events.ts';
import { lockUser, type User } from '../users.table.ts';

const HANDLE_LENGTH = 16;

/** Names a device in addresses; of no use to anybody but its member. */
function handleOf(hash: string): string {
  return hash.slice(0, HANDLE_LENGTH);
}

/**
 * Where a member is logged in: the device that asks first, then the one used last. Times are UTC milliseconds.
 *
 * @param sessionHash of the one that asks
 */
export async function listDevices(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  userId: number,
  sessionHash: string,
) {
  const devices = (await listSessionsOf(db, userId, clock())).map((session) => ({
    handle: handleOf(session.idHash),
    words: formatDevice(session.userAgent),
    address: session.address,
    // A session gets a new id, and with it a new row, whenever its member shows again who they are.
    loggedInAt: (JSON.parse(session.data) as { loggedInAt?: number }).loggedInAt ?? session.createdAt,
    lastSeenAt: session.lastSeenAt,
    current: session.idHash === sessionHash,
  }));
  return devices.sort((one, other) => Number(other.current) - Number(one.current));
}

/**
 * Logs one device of a member out (OWASP ASVS 5.0, 7.5.2).
 *
 * @returns false when the member has no such device, as with another member's handle (8.2.2)
 */
export async function endDevice(
  context: AccountContext,
  user: User,
  handle: string,
  client: ClientInfo,
): Promise<boolean> {
  return inTransaction(context.db, async (trx) => {
    await lockUser(trx, user.id);
    const sessions = await listSessionsOf(trx, user.id, context.clock());
    const session = sessions.find(({ idHash }) => handleOf(idHash) === handle);
    if (!session || !(await deleteSessionOf(trx, user.id, session.idHash))) return false;
    const details = { device: formatDevice(session.userAgent) };
    await recordAccountEvent(trx, context, { action: 'session.ended', user, client, details });
    return true;
  });
}

/** Logs all devices of a member out but the one that asks, and all API clients. @returns how many they were */
export async function endOtherDevices(
  context: AccountContext,
  user: User,
  sessionHash: string,
  client: ClientInfo,
): Promise<number> {
  return inTransaction(context.db, async (trx) => {
    await lockUser(trx, user.id);
    const count = await revokeOtherSessions(trx, user.id, sessionHash);
    if (count > 0) {
      await recordAccountEvent(trx, context, { action: 'sessions.others-ended', user, client });
    }
    return count;
  });
}

/** The browsers that a member need not show a second factor on. */
export async function listTrustedDevices(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  userId: number,
) {
  return (await listTrustedBrowsers(db, userId, clock())).map((browser) => ({
    handle: handleOf(browser.tokenHash),
    words: formatDevice(browser.userAgent),
    address: browser.address,
    lastSeenAt: browser.lastSeenAt,
    trustedUntil: browser.trustedUntil ?? 0,
  }));
}

/** Ends the trust in one browser of a member. @returns false when it is not trusted any more */
export async function distrustDevice(
  context: AccountContext,
  user: User,
  handle: string,
  client: ClientInfo,
): Promise<boolean> {
  return inTransaction(context.db, async (trx) => {
    const browsers = await listTrustedBrowsers(trx, user.id, context.clock());
    const browser = browsers.find(({ tokenHash }) => handleOf(tokenHash) === handle);
    if (!browser || !(await distrustBrowser(trx, browser.tokenHash, user.id))) return false;
    await recordAccountEvent(trx, context, { action: 'browser.distrusted', user, client });
    return true;
  });
}
