import type { Database } from '../database/connection.ts';
import { createRateLimit } from '../rate-limits/rate-limits.ts';
import { createNetworkLimits, createThrottle, type Throttle } from '../rate-limits/throttle.ts';
import { widestAround } from '../shared/networks.ts';
import { createLoginThrottles, type LoginThrottles } from './login-throttle.ts';
import { createTarpit, type Tarpit } from './tarpit.ts';
import { THROTTLE } from './throttle-limits.ts';

export interface Throttles extends Omit<LoginThrottles, 'loginsLeft'> {
  /** Wrong codes of one account, from a known browser or from all others. */
  secondFactor: Throttle<{ userId: number; knownBrowser?: string | undefined }>;
  /**
   * Refused passkeys, by browser or network and never by account: nobody guesses a signature, so this only spares
   * the store work, and no stranger can use up what a member's passkey needs.
   */
  passkey: Throttle<{ network: string; knownBrowser?: string | undefined }>;
  /** By network: passkeys that guests are asked for. Each leaves a row for five minutes. */
  passkeyChallenges: Throttle<string>;
  /** By network, and by member and network: logins that succeed, in whatever way. */
  logins: Throttle<{ userId: number; network: string }>;
  /** By network: accounts that came to be, and answers that a name is taken. */
  registration: Throttle<string>;
  /** Requests for a reset link: by the network that asks, and by the mailbox that it asks for. */
  resets: Throttle<string>;
  resetMails: Throttle<string>;
  /** By user id: how often somebody has a mail sent again. */
  verificationMails: Throttle<string>;
  /** By the login of a program: each refresh leaves a row behind for two weeks, and four an hour are enough. */
  refreshes: Throttle<string>;
  /** By network: failed logins, as far as each is written into the audit log. */
  failureRows: Throttle<string>;
  /** By network, and by member and network: refreshes of all programs. */
  refreshesOfNetwork: Throttle<{ userId: number; network: string }>;
  /** How many are left to who did the rest: to a name from one network, to a network, to a program's login. */
  left: {
    login: (name: string, network: string) => Promise<number>;
    registration: (network: string) => Promise<number>;
    refreshes: (familyId: string) => Promise<number>;
  };
}

/** Makes the throttles of accounts; their counts are in the database. */
export function createThrottles(db: Database, tarpit: Tarpit = createTarpit()): Throttles {
  const { login, loginOfAccount, loginsLeft } = createLoginThrottles(db, tarpit);
  const limit = (name: string, { points, duration }: { points: number; duration: number }) =>
    createRateLimit(db, name, points, duration);
  const code = limit('second-factor', THROTTLE.secondFactor);
  const codeAndDay = limit('second-factor-day', THROTTLE.secondFactorAndDay);
  const passkeyBrowser = limit('passkey-browser', THROTTLE.passkeys);
  const passkeyNetworks = createNetworkLimits(db, 'passkey', THROTTLE.passkeys);
  const passkeyChallenges = createNetworkLimits(db, 'passkey-challenge', THROTTLE.passkeyChallenges);
  const logins = limit('logins', THROTTLE.logins);
  const loginsOfMember = limit('logins-member', THROTTLE.loginsOfMember);
  const registrations = createNetworkLimits(db, 'register', THROTTLE.registrations);
  const registered = limit('register', THROTTLE.registrations);
  const resetsPerNetwork = createNetworkLimits(db, 'reset-network', THROTTLE.resetsPerNetwork);
  const refresh = limit('refresh', THROTTLE.refreshes);
  const failureRows = limit('failure-rows', THROTTLE.failureRows);
  const refreshesOfNetwork = limit('refresh-network', THROTTLE.refreshesOfNetwork);
  const refreshesOfMember = limit('refresh-member', THROTTLE.refreshesOfMember);

  return {
    login,
    loginOfAccount,
    secondFactor: createThrottle(({ userId, knownBrowser = '' }) => [
      [code, `${userId} ${knownBrowser}`],
      [codeAndDay, `${userId} ${knownBrowser}`],
    ]),
    passkey: createThrottle((attempt) =>
      attempt.knownBrowser ? [[passkeyBrowser, attempt.knownBrowser]] : passkeyNetworks(attempt.network),
    ),
    passkeyChallenges: createThrottle(passkeyChallenges),
    logins: createThrottle(({ userId, network }) => {
      const widest = widestAround(network);
      return [
        [loginsOfMember, `${userId} ${widest}`],
        [logins, widest],
      ];
    }),
    registration: createThrottle(registrations),
    resets: createThrottle(resetsPerNetwork),
    resetMails: limit('reset-address', THROTTLE.resetsPerAddress),
    verificationMails: limit('verification-mail', THROTTLE.verificationMails),
    refreshes: refresh,
    failureRows: createThrottle((from) => [[failureRows, widestAround(from)]]),
    refreshesOfNetwork: createThrottle(({ userId, network }) => {
      const widest = widestAround(network);
      return [
        [refreshesOfMember, `${userId} ${widest}`],
        [refreshesOfNetwork, widest],
      ];
    }),
    left: {
      login: loginsLeft,
      registration: async (from) => THROTTLE.registrations.points - (await registered.count(from)),
      refreshes: async (familyId) => THROTTLE.refreshes.points - (await refresh.count(familyId)),
    },
  };
}
