import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { SCOPE_NAMES } from '../../accounts/api-tokens/scopes.ts';
import { MINUTE } from '../../shared/clock.ts';
import { ApiClient } from '../../testing/api-client.ts';
import type { TestApp } from '../../testing/app.ts';
import { schemaCompiler } from '../../testing/document-schemas.ts';
import { type DocumentedRequest, requestOf, wrongRequestsOf } from '../../testing/documented-requests.ts';
import { startDocumentedStore } from '../../testing/documented-store.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { PASSWORD } from '../../testing/people.ts';
import { sendRaw } from '../../testing/raw.ts';
import { keepState } from '../../testing/rewind.ts';
import { setSettings } from '../../testing/settings.ts';
import { addPersonalToken } from '../../testing/tokens.ts';
import type { Example, Operation } from '../v1/operation.ts';
import { PROBLEM_TYPES } from '../v1/problem-types.ts';
import type { OpenApiDocument } from './document.ts';
import { openApiDocument } from './document.ts';
import { allOperations } from './operations.ts';
import { problemsOf } from './problems.ts';

// Every operation, asked rightly and wrongly, against what the document says that it answers.

/** For 3,000 requests, in milliseconds, on a machine that has other work. */
const LONG = 180_000;

/** How zod speaks, and not we. */
const RAW_TEXT = /expected|received|Invalid (input|option|string)|Too (big|small)|Unrecognized/;
const PEOPLE = ['ana', 'alice', 'mod-mina', 'bob'] as const;
/** Headers that the document names where they come. */
const NAMED = [
  'etag',
  'location',
  'www-authenticate',
  'retry-after',
  'link',
  'allow',
  'ratelimit',
  'ratelimit-policy',
];
/** What takes more than a request: each has a test of its own. */
const RARE = new Set([
  'logIn second-factor-required',
  'logIn invalid-code',
  'logIn account-shut',
  'changeProfile not-found',
  'changeRole conflict',
  'changeRole last-admin',
  'deleteUser last-admin',
]);

let app: TestApp;
let operations: readonly Operation[];
let document: OpenApiDocument;
let compile: ReturnType<typeof schemaCompiler>;
let rewind: () => Promise<void>;
/** By who shows them: people by their login, of now and of six minutes ago, and by personal access tokens. */
const tokens: Record<string, string> = { nobody: 'eyJhbGciOiJIUzI1NiJ9.e30.x' };
const refreshTokens: Record<string, string> = {};
/** The problems that were answered, as `logIn invalid-input`. */
const seen = new Set<string>();

beforeAll(async () => {
  app = await startDocumentedStore({});
  for (const name of PEOPLE) tokens[`${name}, a while ago`] = await tokenOf(name);
  app.passTime(6 * MINUTE);
  for (const [index, name] of PEOPLE.entries()) {
    const personal = (scopes: string) => addPersonalToken(app.context, index + 1, { scopes });
    tokens[name] = await tokenOf(name);
    tokens[`${name}, every scope`] = await personal(SCOPE_NAMES.join(' '));
    tokens[`${name}, no scope`] = await personal('');
  }
  await app.context.db('rate_limits').delete();
  rewind = await keepState(app);
  operations = allOperations(app.context);
  document = openApiDocument(operations);
  compile = schemaCompiler(document.components.schemas);
});
afterAll(() => app.close());
beforeEach(() => begin());

async function tokenOf(name: string): Promise<string> {
  const { json } = await new ApiClient(app.url).logIn(name, PASSWORD, 'roles:write');
  refreshTokens[name] = json.refresh_token;
  return json.access_token;
}

type Settings = Parameters<typeof setSettings>[1];

/** Puts the store back to how each request finds it. */
async function begin(settings: Settings = { require2fa: 'none', membership: 'open' }): Promise<void> {
  await rewind();
  await app.context.db('rate_limits').delete();
  await setSettings(app.context, settings);
  if (settings.membership === 'approval') await app.context.db('users').update({ approved_at: null });
}

/** The first example of an operation, with a refresh token that is one. */
function exampleOf({ examples: [example] }: Operation): Example {
  if (!example) throw new Error('There is no example.');
  if (!example.body || !('refresh_token' in example.body)) return example;
  return { ...example, body: { refresh_token: refreshTokens.alice } };
}

/** Who asks in an example. */
function tokenIn({ access }: Operation, { by }: Example): string | undefined {
  return by === undefined && access === 'open' ? undefined : tokens[by ?? 'ana'];
}

/** Sends a request, and says how its answer differs from the document. */
async function differenceOf(
  { path, method, id }: Operation,
  { why, head, body }: DocumentedRequest,
  settings?: Settings,
): Promise<string | undefined> {
  const { status, headers, text } = await sendRaw(app.url, head, body);
  if (method !== 'get' && status < 300) await begin(settings);
  else await app.context.db('rate_limits').delete();
  const about = `${id}, ${why}: ${status} ${text.slice(0, 300)}`;
  const documented = document.paths[path]?.[method]?.responses[status];
  if (!documented) return `${about} is not documented`;
  const named = Object.keys(documented.headers ?? {}).map((name) => name.toLowerCase());
  const missing = NAMED.filter((name) => headers.has(name) && !named.includes(name));
  if (missing.length > 0) return `${about} has ${missing}, which is not documented`;
  const type = headers.get('content-type')?.split(';')[0];
  const [mediaType, content] = Object.entries(documented.content ?? {})[0] ?? [];
  if (type?.replace(/^image\/.+/, 'image/*') !== mediaType) return `${about} is ${type}, not ${mediaType}`;
  if (!content?.schema) return undefined;
  const value = JSON.parse(text);
  const validate = compile(content.schema);
  const fits: boolean = validate(value);
  if (!fits) return `${about} does not fit: ${JSON.stringify(validate.errors)}`;
  if (status < 400) return undefined;
  seen.add(`${id} ${value.type.split('#')[1]}`);
  return RAW_TEXT.test(JSON.stringify([value.detail, value.errors]))
    ? `${about} speaks as zod does`
    : undefined;
}

/** Sends requests to every operation, and expects that no answer differs from the document. */
async function expectDocumented(
  requestsTo: (operation: Operation, example: Example) => DocumentedRequest[],
  settings?: Settings,
): Promise<void> {
  const differences: string[] = [];
  for (const operation of operations) {
    for (const request of requestsTo(operation, exampleOf(operation))) {
      const difference = await differenceOf(operation, request, settings);
      if (difference) differences.push(difference);
    }
  }
  expect(differences).toEqual([]);
  await expectNoFault(app);
}

test(
  'what is wrong with a request is answered as documented',
  async () => {
    await expectDocumented((operation, example) =>
      wrongRequestsOf(operation, example, tokenIn(operation, example)),
    );
  },
  LONG,
);

test(
  'whoever asks, and whosever account it is about, the answer is documented',
  async () => {
    const callers: [string, string | undefined][] = [
      ['a guest', undefined],
      ['with a password', 'Basic YTpi'],
      ['with two tokens', `Bearer ${tokens.ana} ${tokens.ana}`],
      ...Object.entries(tokens).map(([name, token]): [string, string] => [`as ${name}`, `Bearer ${token}`]),
    ];
    await expectDocumented((operation, example) => {
      const hasId = operation.params && 'id' in operation.params.shape;
      const places = hasId ? [1, 2, 3, 4, 987_654].map((id) => ({ id })) : [example.params ?? {}];
      return places.flatMap((params) =>
        callers.map(([name, authorization]) =>
          requestOf(
            operation,
            { ...example, params },
            { why: `${name}, ${JSON.stringify(params)}`, authorization },
          ),
        ),
      );
    });
  },
  LONG,
);

test.each([{ membership: 'approval' }, { require2fa: 'staff' }, { require2fa: 'all' }] as const)(
  'who is not let in, or has no second factor yet, is answered as documented: %j',
  async (settings) => {
    await begin(settings);
    await expectDocumented(
      (operation, example) =>
        PEOPLE.map((name) =>
          requestOf(operation, example, { why: `as ${name}`, authorization: `Bearer ${tokens[name]}` }),
        ),
      settings,
    );
  },
);

test('what comes twice, and what comes too often, is answered as documented', async () => {
  const { db } = app.context;
  const differences: (string | undefined)[] = [];
  for (const operation of operations) {
    const example = exampleOf(operation);
    const token = tokenIn(operation, example);
    const keyed = operation.idempotencyKey ? { 'Idempotency-Key': 'k' } : {};
    const more = { authorization: token && `Bearer ${token}`, headers: keyed as Record<string, string> };
    const request = requestOf(operation, example, { why: 'sent again', ...more });
    const send = () => sendRaw(app.url, request.head, request.body);

    await begin();
    await send();
    const counts: object[] = await db('rate_limits');
    differences.push(await differenceOf(operation, request));
    await begin();
    for (const count of counts) await db('rate_limits').insert({ ...count, points: 1_000_000 });
    differences.push(await differenceOf(operation, { ...request, why: 'too often' }));

    if (!operation.idempotencyKey) continue;
    await send();
    const other = { ...example, body: { title: 'Another one' } };
    differences.push(
      await differenceOf(operation, requestOf(operation, other, { why: 'another body', ...more })),
    );
    await db('tasks').delete();
    differences.push(await differenceOf(operation, { ...request, why: 'deleted since' }));
  }
  expect(differences.filter(Boolean)).toEqual([]);
});

test('every refusal that is documented has come about above', () => {
  const documented = operations.flatMap((operation) =>
    problemsOf(operation)
      .filter((type) => PROBLEM_TYPES[type].status < 500)
      .map((type) => `${operation.id} ${type}`),
  );
  expect(documented.filter((one) => !seen.has(one) && !RARE.has(one))).toEqual([]);
});
