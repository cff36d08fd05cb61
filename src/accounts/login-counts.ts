/** What somebody shows first to get in, or `program`: a program that logs in with the password of its member. */
export const SIGN_IN_WAYS = ['password', 'passkey', 'provider', 'program'] as const;
export type SignInWay = (typeof SIGN_IN_WAYS)[number];

/** What becomes of somebody who wants in. */
export const SIGN_IN_OUTCOMES = [
  'succeeded',
  /** What was shown first is not right, or nobody's. */
  'refused',
  'second_factor_asked',
  'second_factor_refused',
  'throttled',
  /** All that was shown is right, and the account is disabled, locked or closed. */
  'shut',
  /** The provider did not answer. */
  'unreachable',
] as const;
export type SignInOutcome = (typeof SIGN_IN_OUTCOMES)[number];

/** Is told of every step of a sign-in, and never of whom. */
export interface SignInCounts {
  count: (way: SignInWay, outcome: SignInOutcome) => void;
}

/** Where nobody watches. */
export const UNCOUNTED: SignInCounts = { count: () => undefined };

/** Counts all that is told as one way: what a program does is done by the rules for passwords. */
export function countedAs(way: SignInWay, signIns: SignInCounts): SignInCounts {
  return { count: (_way, outcome) => signIns.count(way, outcome) };
}

/** What a refusal of a first factor counts as. */
export function outcomeOf(problem: string): SignInOutcome {
  if (problem === 'throttled') return 'throttled';
  return ['disabled', 'locked', 'closing'].includes(problem) ? 'shut' : 'refused';
}

/** What a refusal of a second factor counts as. */
export function secondOutcomeOf(problem: string): SignInOutcome {
  const outcome = outcomeOf(problem);
  return outcome === 'refused' ? 'second_factor_refused' : outcome;
}
