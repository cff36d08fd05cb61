import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PERSONAL_TOKEN_PREFIX } from '../../accounts/api-tokens/bearer.ts';
import { paths } from '../../paths.ts';
import { HOUR, SECOND } from '../../shared/clock.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { sendRaw } from '../../testing/raw.ts';
import { addPersonalToken, forgeJwt, jwtPart, readJwtPart, signingKeyOf } from '../../testing/tokens.ts';

const REALM = 'Bearer realm="gatehouse"';
const ME = `${paths.api()}/me`;

let app: TestApp;
let client: ApiClient;
let bob: number;
/** Alice's, and good. */
let access: string;
let refresh: string;
let header: Record<string, unknown>;
let claims: Record<string, unknown>;
let key: Buffer;
beforeAll(async () => {
  app = await startTestApp();
  await addPerson(app.context, 'alice');
  bob = await addPerson(app.context, 'bob');
  client = new ApiClient(app.url);
  const { json } = await client.logIn('alice', PASSWORD);
  access = json.access_token;
  refresh = json.refresh_token;
  header = readJwtPart(access, 0);
  claims = readJwtPart(access, 1);
  key = signingKeyOf(app.context);
});
afterAll(() => app.close());

const seconds = () => Math.floor(app.context.clock() / SECOND);
const forge = (more: object = {}, moreHeader: object = {}, hash?: string) =>
  forgeJwt({ ...header, ...moreHeader }, { ...claims, ...more }, key, hash);
const without = (name: string) => forge({ [name]: undefined });

test('the hand that forges here can make a good token, so what is refused below is refused for what it says', async () => {
  expect((await client.get('/me', { token: forge() })).json).toMatchObject({ username: 'alice' });
  expect(header).toEqual({ alg: 'HS256', typ: 'at+jwt', kid: expect.stringMatching(/^\d+-[0-9a-f]{8}$/) });
  expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub']);
});

const BAD: [string, () => string | Promise<string>][] = [
  ['garbage', () => 'x'],
  ['garbage in three parts', () => 'a.b.c'],
  ['no signature', () => `${access.split('.').slice(0, 2).join('.')}.`],
  [
    'other claims under the signature',
    () => access.replace(/\.[^.]+\./, `.${jwtPart({ ...claims, sub: `${bob}` })}.`),
  ],
  ['a shorter signature', () => access.slice(0, -4)],
  ['alg none, unsigned', () => `${jwtPart({ ...header, alg: 'none' })}.${jwtPart(claims)}.`],
  ['alg nOnE, signed', () => forge({}, { alg: 'nOnE' })],
  ['no alg', () => forge({}, { alg: undefined })],
  ['HS512', () => forge({}, { alg: 'HS512' }, 'sha512')],
  ['RS256 over a symmetric key', () => forge({}, { alg: 'RS256' })],
  ['another key under our id', () => forgeJwt(header, claims, randomBytes(32))],
  ['an empty key', () => forgeJwt(header, claims, Buffer.alloc(0))],
  [
    'a key that it brings along',
    () => forge({}, { kid: undefined, jwk: { kty: 'oct', k: key.toString('base64url') } }),
  ],
  ['an unknown key', () => forge({}, { kid: '688-00000000' })],
  ['no key id', () => forge({}, { kid: undefined })],
  ['a key id that is none', () => forge({}, { kid: ['../../dev/null'] })],
  ['an extension that we must understand', () => forge({}, { crit: ['exp'] })],
  ['claims that are not encoded', () => forge({}, { b64: false, crit: ['b64'] })],
  ['type JWT', () => forge({}, { typ: 'JWT' })],
  ['no type', () => forge({}, { typ: undefined })],
  ['expired', () => forge({ iat: seconds() - 910, exp: seconds() - 10 })],
  ['good for a year', () => forge({ iat: seconds() - 1_000, exp: seconds() + 31_536_000 })],
  ['expiry that is no number', () => forge({ exp: '4000000000' })],
  ['made in the future', () => forge({ iat: seconds() + 60, exp: seconds() + 960 })],
  ['not yet valid', () => forge({ nbf: seconds() + 60 })],
  ['another audience', () => forge({ aud: 'https://elsewhere.example/api/v1' })],
  ['another issuer', () => forge({ iss: 'https://elsewhere.example' })],
  ...['aud', 'exp', 'iat', 'iss', 'jti', 'sid', 'sub'].map((name): [string, () => string] => [
    `without ${name}`,
    () => without(name),
  ]),
  ['somebody else under our login', () => forge({ sub: String(bob) })],
  ['somebody who is nobody', () => forge({ sub: 'alice' })],
  ['somebody who is no text', () => forge({ sub: Number(claims.sub) })],
  ['a login that is none', () => forge({ sid: 'x'.repeat(22) })],
  ['a login that is no text', () => forge({ sid: { like: '%' } })],
  ['claims that are a list', () => forgeJwt(header, [claims], key)],
  ['claims that are no JSON', () => forgeJwt(header, '{"sub":', key)],
  ['a refresh token', () => refresh],
  ['the prefix of a personal token, and nothing', () => PERSONAL_TOKEN_PREFIX],
  ['the prefix of a personal token, and garbage', () => `${PERSONAL_TOKEN_PREFIX}../~%`.replace('%', '+')],
  [
    'the hash of a personal token',
    () =>
      app.context
        .db('personal_access_tokens')
        .first()
        .then(({ token_hash }) => PERSONAL_TOKEN_PREFIX + token_hash),
  ],
  ['a personal token of 10,000 characters', () => PERSONAL_TOKEN_PREFIX + 'x'.repeat(10_000)],
  ['an access token of 10,000 characters', () => forge({ more: 'x'.repeat(7_000) })],
];

test.each(BAD)('a token is refused as invalid_token: %s', async (_name, make) => {
  await addPersonalToken(app.context, bob);
  const answer = await client.get('/me', { token: await make() });
  expect([answer.status, answer.json.type]).toEqual([401, `${paths.apiDocs()}#invalid-token`]);
  expect(answer.headers.get('www-authenticate')).toBe(`${REALM}, error="invalid_token"`);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

describe('the header (RFC 6750)', () => {
  const send = (lines: string[], target = ME) => sendRaw(app.url, [`GET ${target} HTTP/1.1`, ...lines]);
  const refused = (error?: string) => `${REALM}${error ? `, error="${error}"` : ''}`;

  test.each([
    ['any case', () => [`authorization: bEARER ${access}`]],
    ['several spaces', () => [`Authorization: Bearer   ${access}  `]],
  ])('takes %s', async (_name, lines) => {
    expect((await send(lines())).status).toBe(200);
  });

  test.each([
    ['nothing', 401, undefined, () => []],
    ['an empty header', 401, undefined, () => ['Authorization: ']],
    ['another scheme', 401, undefined, () => [`Authorization: Basic ${btoa(`alice:${PASSWORD}`)}`]],
    ['a token without a scheme', 401, undefined, () => [`Authorization: ${access}`]],
    ['a scheme that only begins so', 401, undefined, () => [`Authorization: BearerX ${access}`]],
    ['no token', 400, 'invalid_request', () => ['Authorization: Bearer']],
    ['two tokens', 400, 'invalid_request', () => [`Authorization: Bearer ${access} ${access}`]],
    ['a list of tokens', 400, 'invalid_request', () => [`Authorization: Bearer ${access}, Bearer ${access}`]],
    ['a token in quotes', 400, 'invalid_request', () => [`Authorization: Bearer "${access}"`]],
    ['what no token holds', 400, 'invalid_request', () => [`Authorization: Bearer ${access}\xe9`]],
    ['two headers', 400, 'invalid_request', () => Array(2).fill(`Authorization: Bearer ${access}`)],
    [
      'two headers of which one is Basic',
      400,
      'invalid_request',
      () => ['Authorization: Basic eA==', `Authorization: Bearer ${access}`],
    ],
  ] as const)('with %s is answered with %i, and says how to come', async (_name, status, error, lines) => {
    const answer = await send([...lines()]);
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([status, refused(error)]);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  test('alone carries a token: not the address, not the body, not a cookie', async () => {
    expect((await send([], `${ME}?access_token=${access}`)).status).toBe(401);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = `access_token=${access}`;
    expect((await new ApiClient(app.url).send('POST', '/logout', { headers: form, body })).status).toBe(401);
    const visitor = await signIn(app, 'cookie-carl');
    expect((await visitor.get(ME, { accept: 'application/json' })).status).toBe(401);
    expect((await client.get('/me')).status).toBe(200);
  });
});

test('a program that sends its expired token along with the refresh token goes on all the same', async () => {
  const program = new ApiClient(app.url);
  const { json } = await program.logIn('bob', PASSWORD);
  const expired = forge({ iat: seconds() - 2 * HOUR, exp: seconds() - HOUR });
  const next = await program.post('/refresh', { refresh_token: json.refresh_token }, { token: expired });
  expect(next.status).toBe(200);
  expect(
    (await program.post('/login', { username: 'bob', password: PASSWORD }, { token: expired })).status,
  ).toBe(200);
});

test('none of all this was a fault, and no token stands in the log', async () => {
  expect(app.log.join('')).not.toContain(access.slice(-20));
  expect(app.log.join('')).not.toContain(refresh.slice(-20));
  await expectNoFault(app);
});
