import { DAY, HOUR, MINUTE } from '../shared/clock.ts';

/**
 * The numbers of the throttles (OWASP ASVS 5.0, 6.3.1). What is counted by a network is twice as much for the /56 of an
 * IPv6 address and four times as much for its /48.
 */
export const THROTTLE = {
  perAccountAndNetwork: { points: 5, duration: MINUTE },
  perNetwork: { points: 20, duration: MINUTE },
  /** Of a day, by strangers: from then on they wait, an hour at most. */
  perAccount: { points: 20, duration: DAY },
  perBrowser: { points: 5, duration: MINUTE },
  /** Of a day, by a browser or network that the account knows: from then on it waits, an hour at most. */
  perKnownPlace: { points: 100, duration: DAY },
  secondFactor: { points: 5, duration: MINUTE },
  secondFactorAndDay: { points: 50, duration: DAY },
  passkeys: { points: 20, duration: MINUTE },
  passkeyChallenges: { points: 20, duration: MINUTE },
  /** Of all networks of a /48 together, as each login leaves some 3 kB. */
  logins: { points: 600, duration: HOUR },
  /** Of one account from there: one member must not use up what others in the network need. */
  loginsOfMember: { points: 100, duration: HOUR },
  registrations: { points: 20, duration: HOUR },
  resetsPerAddress: { points: 3, duration: HOUR },
  resetsPerNetwork: { points: 20, duration: HOUR },
  verificationMails: { points: 3, duration: HOUR },
  /** Of all networks of a /48 together, as the log keeps its rows; no IPv4 address fails as often by passwords alone. */
  failureRows: { points: 2_000, duration: HOUR },
  refreshes: { points: 120, duration: HOUR },
  /** Of all networks of a /48 together. */
  refreshesOfNetwork: { points: 3_000, duration: HOUR },
  refreshesOfMember: { points: 500, duration: HOUR },
};
