import type { Database } from '../database/connection.ts';
import { createRateLimit, type RateLimit } from '../rate-limits/rate-limits.ts';
import { createNetworkLimits, createThrottle } from '../rate-limits/throttle.ts';
import { widestAround } from '../shared/networks.ts';
import { createLoginThrottles } from './login-throttle.ts';
import { createTarpit, type Tarpit } from './tarpit.ts';
import { THROTTLE } from './throttle-limits.ts';

export type Throttles = ReturnType<typeof createThrottles>;

/** By member and the networks of a /48 together, and by these alone. */
function byMemberAndNetwork(ofMember: RateLimit, ofNetwork: RateLimit) {
  return createThrottle(({ userId, network }: { userId: number; network: string }) => {
    const widest = widestAround(network);
    return [
      [ofMember, `${userId} ${widest}`],
      [ofNetwork, widest],
    ];
  });
}

/** Makes the throttles of accounts; their counts are in the database. */
export function createThrottles(db: Database, tarpit: Tarpit = createTarpit()) {
  const { loginsLeft, ...ofLogins } = createLoginThrottles(db, tarpit);
  const limit = (name: string, { points, duration }: { points: number; duration: number }) =>
    createRateLimit(db, name, points, duration);
  const code = limit('second-factor', THROTTLE.secondFactor);
  const codeAndDay = limit('second-factor-day', THROTTLE.secondFactorAndDay);
  const passkeyBrowser = limit('passkey-browser', THROTTLE.passkeys);
  const passkeyNetworks = createNetworkLimits(db, 'passkey', THROTTLE.passkeys);
  const registered = limit('register', THROTTLE.registrations);
  const refreshes = limit('refresh', THROTTLE.refreshes);
  const failureRows = limit('failure-rows', THROTTLE.failureRows);

  return {
    ...ofLogins,
    /** Wrong codes of one account, from a known browser or from all others. */
    secondFactor: createThrottle(
      ({ userId, knownBrowser = '' }: { userId: number; knownBrowser?: string | undefined }) => [
        [code, `${userId} ${knownBrowser}`],
        [codeAndDay, `${userId} ${knownBrowser}`],
      ],
    ),
    /**
     * Refused passkeys, by browser or network and never by account: nobody guesses a signature, so this only spares
     * the store work, and no stranger can use up what a member's passkey needs.
     */
    passkey: createThrottle((attempt: { network: string; knownBrowser?: string | undefined }) =>
      attempt.knownBrowser ? [[passkeyBrowser, attempt.knownBrowser]] : passkeyNetworks(attempt.network),
    ),
    /** By network: passkeys that guests are asked for. Each leaves a row for five minutes. */
    passkeyChallenges: createThrottle(
      createNetworkLimits(db, 'passkey-challenge', THROTTLE.passkeyChallenges),
    ),
    /** Logins that succeed, in whatever way. */
    logins: byMemberAndNetwork(
      limit('logins-member', THROTTLE.loginsOfMember),
      limit('logins', THROTTLE.logins),
    ),
    /** By network: accounts that came to be, and answers that a name is taken. */
    registration: createThrottle(createNetworkLimits(db, 'register', THROTTLE.registrations)),
    /** Requests for a reset link: by the network that asks, and by the mailbox that it asks for. */
    resets: createThrottle(createNetworkLimits(db, 'reset-network', THROTTLE.resetsPerNetwork)),
    resetMails: limit('reset-address', THROTTLE.resetsPerAddress),
    /** By user id: how often somebody has a mail sent again. */
    verificationMails: limit('verification-mail', THROTTLE.verificationMails),
    /** By the login of an API client: each refresh leaves a row behind for two weeks, and four an hour are enough. */
    refreshes,
    /** By network: failed logins, as far as each is written into the audit log. */
    failureRows: createThrottle((network: string) => [[failureRows, widestAround(network)]]),
    /** Refreshes of all API clients. */
    refreshesOfNetwork: byMemberAndNetwork(
      limit('refresh-member', THROTTLE.refreshesOfMember),
      limit('refresh-network', THROTTLE.refreshesOfNetwork),
    ),
    /** How many are left to who did the rest: to a name from one network, to a network, to an API client's login. */
    left: {
      login: loginsLeft,
      registration: async (from: string) => THROTTLE.registrations.points - (await registered.count(from)),
      refreshes: async (family: string) => THROTTLE.refreshes.points - (await refreshes.count(family)),
    },
  };
}
