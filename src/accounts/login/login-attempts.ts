import { foldCase } from '../../database/fold-case.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import type { AccountContext, ClientInfo } from '../account-context.ts';
import { findKnownBrowser } from '../credentials/known-browsers.table.ts';
import type { Attempt } from '../login-throttle.ts';
import type { User } from '../users.table.ts';
import { isKnownNetwork } from './known-networks.table.ts';

/** No account has it: who types an unknown name costs the same queries. */
const NO_ID = 0;

/** The key under which an account's failures are counted. */
export function throttleKeyOf(user: Pick<User, 'id'>): string {
  return `user ${user.id}`;
}

/**
 * An attempt to log in, as the throttle counts it.
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

/** Gives back what an attempt to log in has taken. */
export async function giveBack(
  { throttles }: Pick<AccountContext, 'throttles'>,
  attempt: Attempt,
): Promise<void> {
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
