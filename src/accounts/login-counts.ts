/** What somebody shows first to get in, or `program`: an API client that logs in with the password of its member. */
export const LOGIN_METHODS = ['password', 'passkey', 'provider', 'program'] as const;
export type LoginMethod = (typeof LOGIN_METHODS)[number];

/** What becomes of somebody who wants in. */
export const LOGIN_OUTCOMES = [
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
type LoginOutcome = (typeof LOGIN_OUTCOMES)[number];

/** Is told of every step of a sign-in, and never of whom. */
export interface LoginCounts {
  count: (method: LoginMethod, outcome: LoginOutcome) => void;
}

/** Where nobody watches. */
export const UNCOUNTED: LoginCounts = { count: () => undefined };

/** Counts all that is told as one way: what an API client does is done by the rules for passwords. */
export function countedAs(method: LoginMethod, loginCounts: LoginCounts): LoginCounts {
  return { count: (_way, outcome) => loginCounts.count(method, outcome) };
}

/** What a refusal of a first factor counts as. */
export function outcomeOf(problem: string): LoginOutcome {
  if (problem === 'throttled') return 'throttled';
  return ['disabled', 'locked', 'closing'].includes(problem) ? 'shut' : 'refused';
}

/** What a refusal of a second factor counts as. */
export function secondOutcomeOf(problem: string): LoginOutcome {
  const outcome = outcomeOf(problem);
  return outcome === 'refused' ? 'second_factor_refused' : outcome;
}
