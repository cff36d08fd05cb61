import type { Database } from '../database/connection.ts';
import { foldCase } from '../database/fold-case.ts';
import { createRateLimit } from '../rate-limits/rate-limits.ts';
import { createNetworkLimits, createSlowdown, createThrottle } from '../rate-limits/throttle.ts';
import { DAY } from '../shared/clock.ts';
import { createFairQueue, type Requester } from './fair-queue.ts';
import type { Tarpit } from './tarpit.ts';
import { THROTTLE } from './throttle-limits.ts';

export interface Attempt {
  /** The username or e-mail address as typed, whether or not there is such an account. */
  login: string;
  /** Whose account: its id, or what was typed when there is none. */
  account: string;
  network: string;
  /** A browser that this account was used with before, by the hash of its token. */
  knownBrowser?: string | undefined;
  /** Whether the account was logged in to from this network lately. */
  networkIsKnown?: boolean;
}

/**
 * How many attempts take their places at once, and how many known requesters and strangers wait for it. Each takes up to
 * seven commits: hundreds at once would stand before each query of a page in the line for SQLite's one connection.
 */
const ATTEMPTS = { atOnce: 2, waiting: 100 };

/** In whose turn an attempt is looked at and its password hashed. */
export function requesterOf({ network, account, knownBrowser, networkIsKnown = false }: Attempt): Requester {
  return { network, account, known: knownBrowser !== undefined || networkIsKnown };
}

/**
 * The throttles of logins with a password.
 *
 * @param tarpit holds the answers to attempts that are refused
 */
export function createLoginThrottles(db: Database, tarpit: Tarpit) {
  const { perNetwork, perAccountAndNetwork, perAccount, perKnownPlace, perBrowser } = THROTTLE;
  const { points, duration } = perAccountAndNetwork;
  const networks = createNetworkLimits(db, 'login-network', perNetwork);
  const place = createRateLimit(db, 'login-place', points, duration);
  const account = createRateLimit(db, 'login-account', points, duration);
  const strangers = createSlowdown(db, 'login-strangers', perAccount.points);
  const knownPlaces = createSlowdown(db, 'login-known', perKnownPlace.points);
  const slowed = createRateLimit(db, 'login-slowed', 1, DAY);
  const browser = createRateLimit(db, 'login-browser', perBrowser.points, perBrowser.duration);

  const queue = createFairQueue(ATTEMPTS.atOnce, ATTEMPTS.waiting, tarpit);
  const keyOfAccount = (attempt: Attempt) => `${attempt.account} ${attempt.network}`;
  const throttle = createThrottle<Attempt>((attempt) => {
    // A browser that the account was used with has a budget of its own: strangers cannot lock its member out.
    if (attempt.knownBrowser) {
      const known = `${attempt.account} ${attempt.knownBrowser}`;
      return [
        [knownPlaces, known],
        [browser, known],
      ];
    }
    // So has a network, for API clients, which keep no cookie; whoever else is in that network shares it.
    const here = `${attempt.login} ${attempt.network}`;
    return [
      ...networks(attempt.network),
      attempt.networkIsKnown ? [knownPlaces, here] : [strangers, attempt.login],
      [place, here],
    ];
  });
  return {
    /** Failed logins: of one network, and of one name from one network and from anywhere. */
    login: {
      giveBack: throttle.giveBack,
      async take(attempt: Attempt): Promise<number> {
        const retryAfter = await queue.run(requesterOf(attempt), () => throttle.take(attempt));
        if (retryAfter === 0) return 0;
        // Once the clock was set back, both counts of this account end together, and not one after the other.
        await account.count(keyOfAccount(attempt));
        await tarpit(attempt.network);
        return retryAfter;
      },
      /** Whether strangers to this account have begun to wait for each other, and nobody was told yet; once a day. */
      async hasJustSlowed({ knownBrowser, networkIsKnown, login, account: id }: Attempt): Promise<boolean> {
        if (knownBrowser || networkIsKnown || !(await strangers.isSlow(login))) return false;
        return (await slowed.take(id)) === 0;
      },
      /** Forgets an account's failures: its password is a new one. */
      async clear(id: string, names: readonly string[]): Promise<void> {
        for (const name of names) await strangers.clear(name);
        await slowed.clear(id);
      },
    },
    /**
     * Failed logins of one account from one network, whichever of its names was typed. Apart from the others, because
     * nobody may see it: who is refused by a failure under another name would learn that the names belong together.
     */
    loginOfAccount: createThrottle<Attempt>((attempt) =>
      attempt.knownBrowser ? [] : [[account, keyOfAccount(attempt)]],
    ),
    /** How many failures are left to a name, as typed, from one network. */
    loginsLeft: async (name: string, from: string) =>
      points - (await place.count(`${foldCase(name.trim())} ${from}`)),
  };
}
