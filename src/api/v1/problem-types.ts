/**
 * Every way in which a request to the API can end that is not what was asked for (RFC 9457). The name is part of the
 * problem's `type` and never changes; what stands here is also what the documentation prints.
 */
export const PROBLEM_TYPES = {
  'malformed-request': { status: 400, title: 'The request cannot be read' },
  'not-authenticated': { status: 401, title: 'This needs a bearer token' },
  'invalid-token': {
    status: 401,
    title: 'The token is not valid: it has expired, was revoked, or was not issued here',
  },
  'invalid-credentials': { status: 401, title: 'The username or password is wrong' },
  'second-factor-required': { status: 401, title: 'The password is correct, and a code is needed as well' },
  'invalid-code': { status: 401, title: 'The code is wrong, or it was used before' },
  'account-shut': { status: 403, title: 'The account is disabled, locked or closed' },
  'insufficient-scope': { status: 403, title: 'The token lacks the scope this needs' },
  forbidden: { status: 403, title: 'You are not allowed to do this' },
  'membership-not-open': { status: 403, title: 'The membership is not open yet' },
  'second-factor-setup-required': { status: 403, title: 'Two-factor authentication must be set up first' },
  'recent-login-required': { status: 403, title: 'This needs a login within the last five minutes' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method' },
  'not-acceptable': { status: 406, title: 'None of the media types you accept is available' },
  conflict: { status: 409, title: 'This conflicts with the current state' },
  'last-admin': { status: 409, title: 'The last administrator cannot be removed' },
  'precondition-failed': { status: 412, title: 'It has changed since you read it' },
  'content-too-large': { status: 413, title: 'The request body is too large' },
  'unsupported-media-type': { status: 415, title: 'The body must be JSON in UTF-8' },
  'page-for-browsers': { status: 415, title: 'This is a page for browsers' },
  'invalid-input': { status: 422, title: 'The request holds something invalid' },
  'idempotency-key-reused': { status: 422, title: 'This Idempotency-Key was used with another body' },
  'precondition-required': { status: 428, title: 'This needs an If-Match header' },
  'too-many-requests': { status: 429, title: 'Too many attempts' },
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'The store is busy' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemType = keyof typeof PROBLEM_TYPES;
