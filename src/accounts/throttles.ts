import { DAY, HOUR, MINUTE } from '../clock.ts';
import type { Database } from '../database/connection.ts';
import { createRateLimit, type RateLimit } from '../web/rate-limits.ts';

/** The numbers of the throttles (OWASP ASVS 5.0, 6.3.1). */
export const THROTTLE = {
  perAccountAndNetwork: { points: 5, duration: MINUTE },
  perNetwork: { points: 20, duration: MINUTE },
  perAccount: { points: 100, duration: DAY },
  perBrowser: { points: 5, duration: MINUTE },
  perBrowserAndDay: { points: 100, duration: DAY },
  secondFactor: { points: 5, duration: MINUTE },
  secondFactorAndDay: { points: 50, duration: DAY },
  passkeys: { points: 20, duration: MINUTE },
  registrations: { points: 20, duration: HOUR },
  resetsPerAddress: { points: 3, duration: HOUR },
  resetsPerNetwork: { points: 20, duration: HOUR },
  verificationMails: { points: 3, duration: HOUR },
  denials: { points: 20, duration: HOUR },
  refreshes: { points: 120, duration: HOUR },
};

/** An attempt to log in, as the throttle counts it. */
export interface Attempt {
  /** The username or e-mail address as typed, whether or not there is such an account. */
  login: string;
  /** Whose account: its id, or what was typed when there is none. */
  account: string;
  network: string;
  /** A browser that this account was used with before, by the hash of its token. */
  knownBrowser?: string | undefined;
}

/** Several limits that are taken together, all or none. */
export interface Throttle<Key> {
  /**
   * Takes a place for one attempt, before anything is looked at: many attempts at once cannot slip through.
   *
   * @returns 0 when the attempt may go on, else how long to wait, in milliseconds
   */
  take: (key: Key) => Promise<number>;
  /** Gives the place back when the attempt did not fail. */
  giveBack: (key: Key) => Promise<void>;
}

/** Counts failed logins: of one account from one place, from one place, and of one account from anywhere. */
export interface LoginThrottle extends Throttle<Attempt> {
  /**
   * Whether this account's failures of a day are used up for browsers that it does not know, and nobody was told
   * yet; says so once a day.
   */
  hasJustFrozen: (attempt: Attempt) => Promise<boolean>;
  /** Forgets an account's failures: its password is a new one. */
  clear: (account: string) => Promise<void>;
}

export interface Throttles {
  login: LoginThrottle;
  /** Wrong codes of one account, from a known browser or from all others. */
  secondFactor: Throttle<{ userId: number; knownBrowser?: string | undefined }>;
  /**
   * Refused passkeys, by browser or network and never by account: nobody guesses a signature, so this only spares
   * the store work, and no stranger can use up what a member's passkey needs.
   */
  passkey: Throttle<{ network: string; knownBrowser?: string | undefined }>;
  /** Only an account that came to be counts. */
  registration: Throttle<string>;
  /** Requests for a reset link: by the network that asks, and by the address that is asked for. */
  resets: Throttle<string>;
  resetMails: Throttle<string>;
  /** By user id: how often somebody has a mail sent again. */
  verificationMails: Throttle<string>;
  /** By user id: how much of what somebody tried without being allowed to is written down. */
  denials: Throttle<string>;
  /** By the login of a program: each refresh leaves a row behind for two weeks, and four an hour are enough. */
  refreshes: Throttle<string>;
}

type Limits = [RateLimit, string][];

function throttle<Key>(limitsOf: (key: Key) => Limits): Throttle<Key> {
  const giveBack = async (taken: Limits) => {
    for (const [limit, key] of taken) await limit.giveBack(key);
  };
  return {
    async take(attempt) {
      const limits = limitsOf(attempt);
      for (const [index, [limit, key]] of limits.entries()) {
        const retryAfter = await limit.take(key);
        if (retryAfter > 0) {
          await giveBack(limits.slice(0, index));
          return retryAfter;
        }
      }
      return 0;
    },
    giveBack: (attempt) => giveBack(limitsOf(attempt)),
  };
}

/** Makes the throttles of accounts; their counts are in the database. */
export function createThrottles(db: Database): Throttles {
  const limit = (name: string, { points, duration }: { points: number; duration: number }) =>
    createRateLimit(db, name, points, duration);
  const place = limit('login-place', THROTTLE.perAccountAndNetwork);
  const network = limit('login-network', THROTTLE.perNetwork);
  const account = limit('login-account', THROTTLE.perAccount);
  const frozen = limit('login-frozen', { points: 1, duration: DAY });
  const browser = limit('login-browser', THROTTLE.perBrowser);
  const browserAndDay = limit('login-browser-day', THROTTLE.perBrowserAndDay);
  const code = limit('second-factor', THROTTLE.secondFactor);
  const codeAndDay = limit('second-factor-day', THROTTLE.secondFactorAndDay);
  const passkey = limit('passkey', THROTTLE.passkeys);
  const registration = limit('register', THROTTLE.registrations);
  const resetsPerAddress = limit('reset-address', THROTTLE.resetsPerAddress);
  const resetsPerNetwork = limit('reset-network', THROTTLE.resetsPerNetwork);
  const denial = limit('denial', THROTTLE.denials);
  const refresh = limit('refresh', THROTTLE.refreshes);
  const verificationMail = limit('verification-mail', THROTTLE.verificationMails);

  const login = throttle<Attempt>((attempt) =>
    // A browser that the account was used with has a budget of its own: strangers cannot lock its member out.
    attempt.knownBrowser
      ? [
          [browser, `${attempt.account} ${attempt.knownBrowser}`],
          [browserAndDay, `${attempt.account} ${attempt.knownBrowser}`],
        ]
      : [
          [place, `${attempt.login} ${attempt.network}`],
          [network, attempt.network],
          [account, attempt.account],
        ],
  );
  return {
    login: {
      ...login,
      async hasJustFrozen(attempt) {
        if (attempt.knownBrowser || !(await account.isUsedUp(attempt.account))) return false;
        return (await frozen.take(attempt.account)) === 0;
      },
      async clear(name) {
        await account.clear(name);
        await frozen.clear(name);
      },
    },
    secondFactor: throttle(({ userId, knownBrowser = '' }) => [
      [code, `${userId} ${knownBrowser}`],
      [codeAndDay, `${userId} ${knownBrowser}`],
    ]),
    passkey: throttle(({ network: from, knownBrowser }) => [[passkey, knownBrowser ?? from]]),
    registration: throttle((from) => [[registration, from]]),
    resets: throttle((from) => [[resetsPerNetwork, from]]),
    resetMails: throttle((email) => [[resetsPerAddress, email]]),
    verificationMails: throttle((userId) => [[verificationMail, userId]]),
    denials: throttle((userId) => [[denial, userId]]),
    refreshes: throttle((familyId) => [[refresh, familyId]]),
  };
}
