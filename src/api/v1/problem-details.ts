import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { problemOf, setRetryAfter } from '../../web/errors.ts';
import { PROBLEM_TYPES, type ProblemType } from './problem-types.ts';

/** The media type of RFC 9457. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

type ProblemField = { detail: string } & ({ pointer: string } | { parameter: string });

export class ApiProblem extends Error {
  readonly type: ProblemType;
  readonly fields: readonly ProblemField[] | undefined;
  /** In milliseconds. */
  readonly retryAfter: number | undefined;
  /** The WWW-Authenticate header; every 401 has one. */
  readonly challenge: string | undefined;

  constructor(
    type: ProblemType,
    detail = '',
    more: { fields?: readonly ProblemField[]; retryAfter?: number; challenge?: string } = {},
  ) {
    super(detail);
    this.type = type;
    this.fields = more.fields;
    this.retryAfter = more.retryAfter;
    this.challenge = more.challenge;
  }
}

const MOST_FIELDS = 50;

/** Ends a request whose body or, with `fieldOf`, address is wrong, with a pointer to each field (RFC 6901). */
export function invalidInput(
  errors: FieldErrors,
  fieldOf = (name: string, detail: string): ProblemField => ({ detail, pointer: pointerTo(name) }),
): ApiProblem {
  // Who sends thousands of unknown ones need not read of each.
  const told = Object.entries(errors).slice(0, MOST_FIELDS);
  return new ApiProblem('invalid-input', '', {
    fields: told.map(([name, detail]) => fieldOf(name, detail)),
  });
}

/** As the fragment of a URI (RFC 6901, 6). */
function pointerTo(field: string): string {
  return field === '' ? '#' : `#/${encodeURIComponent(field.replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}

const REFUSALS = {
  'not-allowed': 'forbidden',
  'own-account': 'forbidden',
  unknown: 'not-found',
  'changed-meanwhile': 'precondition-failed',
  'key-reused': 'idempotency-key-reused',
  'last-admin': 'last-admin',
  inactive: 'conflict',
  unchanged: 'conflict',
} as const satisfies Record<string, ProblemType>;

/** Ends a request that a rule refused. @param texts say more about some of the problems */
export function refused(
  refusal:
    | { problem: 'invalid'; errors: FieldErrors }
    | { problem: 'throttled'; retryAfter: number }
    | { problem: 'open-business'; reason: string }
    | { problem: keyof typeof REFUSALS },
  texts: Partial<Record<keyof typeof REFUSALS, string>> = {},
): ApiProblem {
  switch (refusal.problem) {
    case 'invalid':
      return invalidInput(refusal.errors);
    case 'throttled':
      return new ApiProblem('too-many-requests', '', { retryAfter: refusal.retryAfter });
    case 'open-business':
      return new ApiProblem('conflict', refusal.reason);
    default:
      return new ApiProblem(REFUSALS[refusal.problem], texts[refusal.problem]);
  }
}

/** The address of what a problem type means; a path, so that it is the same in every store. */
export function problemTypeUri(type: ProblemType): string {
  return `${paths.apiDocs()}#${type}`;
}

const REALM = 'Bearer realm="gatehouse"';

export function sendProblem(error: unknown, _req: Request, res: Response): void {
  const problem = error instanceof ApiProblem ? error : generalProblem(error);
  const { status, title } = PROBLEM_TYPES[problem.type];
  if (status >= 500) res.fault = error;
  if (problem.retryAfter) setRetryAfter(res, problem.retryAfter);
  if (problem.challenge || status === 401) res.set('WWW-Authenticate', problem.challenge ?? REALM);
  const details = {
    type: problemTypeUri(problem.type),
    title,
    status,
    ...(problem.message ? { detail: problem.message } : {}),
    // Which request it was, for who asks the store about it.
    instance: `urn:uuid:${res.requestId}`,
    ...(problem.fields ? { errors: problem.fields } : {}),
  };
  res.status(status).set('Cache-Control', 'no-store').type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(details));
}

/** WWW-Authenticate as RFC 6750, 3 asks for it. */
export function challengeOf(
  error: 'invalid_request' | 'invalid_token' | 'insufficient_scope',
  scope?: string,
): string {
  return `${REALM}, error="${error}"${scope ? `, scope="${scope}"` : ''}`;
}

const BY_STATUS: Partial<Record<number, ProblemType>> = {
  400: 'malformed-request',
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'content-too-large',
  415: 'unsupported-media-type',
  429: 'too-many-requests',
  503: 'unavailable',
};

/** Of what the rest of the store throws; of an unexpected fault nothing is told. */
function generalProblem(error: unknown): ApiProblem {
  const { status, message, retryAfter } = problemOf(error);
  const type = BY_STATUS[status] ?? 'internal-error';
  const more = retryAfter === undefined ? {} : { retryAfter };
  return new ApiProblem(type, type === 'internal-error' ? '' : message, more);
}
