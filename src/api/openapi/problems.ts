import { z } from 'zod';
import { accessWithToken, type Operation } from '../v1/operation.ts';
import { PROBLEM_TYPES, type ProblemType } from '../v1/problem-types.ts';

/** Problem details as they are sent, see `sendProblem`. */
export const problemSchema = z
  .strictObject({
    type: z.string().describe('What kind of problem it is, as a link to its description. It never changes.'),
    title: z.string(),
    status: z.int().min(100).max(599),
    detail: z.string().optional().describe('More about this one, for people.'),
    instance: z.string().describe('Which request it was; the store’s log has it under this.'),
    errors: z
      .array(
        z.strictObject({
          detail: z.string(),
          pointer: z.string().optional().describe('To a field of the body (RFC 6901).'),
          parameter: z.string().optional().describe('The name of a parameter of the address.'),
        }),
      )
      .optional()
      .describe('What is wrong with each field.'),
  })
  .meta({ id: 'Problem', description: 'Problem details (RFC 9457).' });

/** Problems that any request can end with. */
export const ANYWHERE: ProblemType[] = [
  'malformed-request',
  'not-acceptable',
  // Also where nothing is to be sent: a field or a body that nobody asked for is a mistake.
  'content-too-large',
  'unsupported-media-type',
  'invalid-input',
  'internal-error',
  'unavailable',
];

/** Every problem that an operation can end with, by how it is declared, in the order of `PROBLEM_TYPES`. */
export function problemsOf(operation: Operation): ProblemType[] {
  const { params, ifMatch, idempotencyKey, limit, provenByBody, problems = [] } = operation;
  const found = new Set<ProblemType>([...ANYWHERE, ...problems]);
  const add = (when: unknown, ...types: ProblemType[]) => {
    if (when) for (const type of types) found.add(type);
  };
  const access = accessWithToken(operation);
  // Also where everybody may: a token that is sent all the same is looked at.
  add(!provenByBody, 'not-authenticated', 'invalid-token');
  if (access) {
    add(true, 'insufficient-scope');
    add(!access.whileWaiting, 'membership-not-open');
    add(!access.whileOwing, 'second-factor-setup-required');
    // Where some may read of themselves, others are told that nobody is there.
    add(access.self === 'only' || (access.may && access.self === undefined), 'forbidden');
    add(access.recentLogin, 'recent-login-required');
  }
  add(params && access?.self !== 'only', 'not-found');
  add(ifMatch, 'precondition-failed');
  add(ifMatch === 'required', 'precondition-required');
  add(limit, 'too-many-requests');
  add(idempotencyKey, 'idempotency-key-reused');
  return (Object.keys(PROBLEM_TYPES) as ProblemType[]).filter((type) => found.has(type));
}

const CHALLENGE = { 'WWW-Authenticate': 'What the token lacks (RFC 6750, 3).' };
const PAUSE = { 'Retry-After': 'After how many seconds to try again.' };

/** Headers that come with problems of one status. */
export function problemHeaders(types: readonly ProblemType[]): Record<string, string> {
  const challenged = types.some(
    (type) =>
      PROBLEM_TYPES[type].status === 401 || type === 'insufficient-scope' || type === 'malformed-request',
  );
  const paused = types.some((type) => type === 'too-many-requests' || type === 'unavailable');
  return { ...(challenged ? CHALLENGE : {}), ...(paused ? PAUSE : {}) };
}
