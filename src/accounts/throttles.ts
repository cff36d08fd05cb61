import { DAY, HOUR, MINUTE } from '../clock.ts';
import type { Database } from '../database/connection.ts';
import { foldCase } from '../database/fold-case.ts';
import { createRateLimit, type RateLimit } from '../web/rate-limits.ts';

/** The numbers of the two throttles (OWASP ASVS 5.0, 6.3.1). */
export const THROTTLE = {
  perAccountAndNetwork: { points: 5, duration: MINUTE },
  perNetwork: { points: 20, duration: MINUTE },
  perAccount: { points: 100, duration: DAY },
  registrations: { points: 20, duration: HOUR },
};

/** Counts new accounts for each address range. Only an account that came to be counts. */
export type RegistrationThrottle = RateLimit;

/** Counts failed logins: of one account from one place, from one place, and of one account from anywhere. */
export interface LoginThrottle {
  /**
   * Takes a place for one attempt, before the password is looked at: many attempts at once cannot slip through.
   *
   * @param login the username or e-mail as typed; counted whether or not there is such an account
   * @returns 0 when the attempt may go on, else how long to wait, in milliseconds
   */
  take: (login: string, network: string) => Promise<number>;
  /** Gives the place back when the attempt did not fail. */
  giveBack: (login: string, network: string) => Promise<void>;
}

export function createRegistrationThrottle(db: Database): RegistrationThrottle {
  return createRateLimit(db, 'register', THROTTLE.registrations.points, THROTTLE.registrations.duration);
}

export function createLoginThrottle(db: Database): LoginThrottle {
  const limit = (name: string, { points, duration }: { points: number; duration: number }) =>
    createRateLimit(db, name, points, duration);
  const limits: [RateLimit, (account: string, network: string) => string][] = [
    [limit('login-place', THROTTLE.perAccountAndNetwork), (account, network) => `${account} ${network}`],
    [limit('login-network', THROTTLE.perNetwork), (_account, network) => network],
    [limit('login-account', THROTTLE.perAccount), (account) => account],
  ];

  async function giveBack(login: string, network: string, taken = limits): Promise<void> {
    for (const [limit, keyFor] of taken) await limit.giveBack(keyFor(foldCase(login), network));
  }

  return {
    async take(login, network) {
      for (const [index, [limit, keyFor]] of limits.entries()) {
        const retryAfter = await limit.take(keyFor(foldCase(login), network));
        if (retryAfter > 0) {
          await giveBack(login, network, limits.slice(0, index));
          return retryAfter;
        }
      }
      return 0;
    },
    giveBack: (login, network) => giveBack(login, network),
  };
}
