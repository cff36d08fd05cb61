/**
 * Every way in which a request to the API can end that is not what was asked for (RFC 9457). The name is part of the
 * problem's `type` and never changes; what stands here is also what the documentation prints.
 */
export const PROBLEM_TYPES = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  'not-authenticated': { status: 401, title: 'This needs a bearer token' },
  'invalid-token': {
    status: 401,
    title: 'The token is not good (any more): expired, ended, or none of ours',
  },
  'invalid-credentials': { status: 401, title: 'Name or password are wrong' },
  'second-factor-required': { status: 401, title: 'The password is right, and a code is needed as well' },
  'invalid-code': { status: 401, title: 'The code is wrong, or it was used before' },
  'account-shut': { status: 403, title: 'The account is disabled, locked or closed' },
  'insufficient-scope': { status: 403, title: 'The personal access token was not made for this' },
  forbidden: { status: 403, title: 'This is not allowed to you' },
  'membership-not-open': { status: 403, title: 'The membership is not open yet' },
  'second-factor-setup-required': { status: 403, title: 'Two-factor authentication must be set up first' },
  'recent-login-required': { status: 403, title: 'This needs a login within the last five minutes' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method' },
  'not-acceptable': { status: 406, title: 'The answer is of no kind that you accept' },
  conflict: { status: 409, title: 'This does not fit what is there' },
  'last-admin': { status: 409, title: 'Nobody could run the store any more' },
  'precondition-failed': { status: 412, title: 'It was changed since you read it' },
  'content-too-large': { status: 413, title: 'That was too much' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON in UTF-8' },
  'invalid-input': { status: 422, title: 'Something in the request is not right' },
  'precondition-required': { status: 428, title: 'This needs an If-Match header' },
  'too-many-requests': { status: 429, title: 'Too many attempts' },
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The store is busy' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemType = keyof typeof PROBLEM_TYPES;
