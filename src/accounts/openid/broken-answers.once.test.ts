import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type FalseProvider, type Lie, startFalseProvider } from '../../testing/false-provider.ts';
import { expectNoFault } from '../../testing/faults.ts';
import {
  logInAt,
  type OpenIdProvider,
  passThrough,
  startOpenIdProvider,
} from '../../testing/openid-provider.ts';
import { type Answer, alertsOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as PROVIDER_LOGIN_TEXTS } from './provider-login.http.ts';
import { discoverProvider } from './providers.ts';

let app: TestApp;
let real: OpenIdProvider;
let rogue: FalseProvider;

beforeAll(async () => {
  real = await startOpenIdProvider('Example ID');
  rogue = await startFalseProvider('OIDC_2_', 'Rogue');
  app = await startTestApp({ ...real.settings, ...rogue.settings });
  real.people.set('maria', { email: 'maria@example.org', email_verified: true });
  real.person = 'maria';
});

afterAll(async () => {
  await app.close();
  await real.stop();
  await rogue.stop();
});

const WITH_REAL = paths.providerLogin('example-id');
const WITH_ROGUE = paths.providerLogin('rogue');
const callback = (provider: string, answer: URLSearchParams) =>
  `${paths.providerCallback(provider)}?${answer}`;

const UNUSABLE = (name: string) => [
  `danger: Error: The login at ${name} did not work out. Please try again.`,
];
const UNREACHABLE = (name: string) => [
  `danger: Error: ${name} cannot be reached right now. Try again in a moment, or go on without it.`,
];

/** Sees that somebody is back at the login page, and what it says; and that nothing is left of the login. */
async function expectBack(visitor: Visitor, answer: Answer, alerts: string[]): Promise<void> {
  expect(answer).toMatchObject({ status: 303, location: paths.login() });
  expect(alertsOf((await visitor.follow(answer)).text)).toEqual(alerts);
  expect((await visitor.get(paths.newIdentity())).location).toBe(paths.login());
  expect(await app.context.db('identities').select('id')).toEqual([]);
}

/** Comes back from the false provider, with more in the address or less. */
async function comeBack(visitor: Visitor, change: (answer: URLSearchParams) => void = () => undefined) {
  const answer = rogue.answerTo((await visitor.get(WITH_ROGUE)).location);
  change(answer);
  return visitor.get(callback('rogue', answer));
}

test('the provider is asked with PKCE, state and nonce, for an answer to the address of the store alone', async () => {
  const away = await app.visitor().get(WITH_REAL, { host: 'evil.example' });
  expect(away.status).toBe(303);
  const asked = Object.fromEntries(new URL(away.location).searchParams);
  expect(asked).toMatchObject({
    response_type: 'code',
    scope: 'openid email profile',
    code_challenge_method: 'S256',
    redirect_uri: `http://localhost:3000${paths.providerCallback('example-id')}`,
  });
  for (const name of ['code_challenge', 'state', 'nonce']) expect(asked[name]?.length).toBeGreaterThan(40);
});

test('a false provider that tells the truth is believed, so what follows is refused for its lies', async () => {
  rogue.lie = {};
  expect((await comeBack(app.visitor())).location).toBe(paths.newIdentity());
});

const NOW = Math.floor(Date.now() / 1_000);
const LIES: [string, Lie, (name: string) => string[]][] = [
  ['another nonce', { claims: { nonce: 'not-the-one' } }, UNUSABLE],
  ['another issuer', { claims: { iss: 'http://127.0.0.1:1' } }, UNUSABLE],
  ['another audience', { claims: { aud: 'another-shop' } }, UNUSABLE],
  ['its time over', { claims: { iat: NOW - 7_200, exp: NOW - 3_600 } }, UNUSABLE],
  ['a subject that is too long', { claims: { sub: 's'.repeat(256) } }, UNUSABLE],
  ['an empty subject', { claims: { sub: '' } }, UNUSABLE],
  ['a subject of blanks', { claims: { sub: ' ' } }, UNUSABLE],
  ['a subject of control characters', { claims: { sub: 'a\u0000b' } }, UNUSABLE],
  ['no signature', { signed: 'not' }, UNUSABLE],
  ['the signature of another key', { signed: 'otherwise' }, UNUSABLE],
  ['a signature by the client secret', { signed: 'by-secret' }, UNUSABLE],
  ['no ID token at all', { instead: 'no ID token' }, UNUSABLE],
  ['nothing but status 500', { instead: 'status 500' }, UNREACHABLE],
  ['nothing but garbage', { instead: 'garbage' }, UNREACHABLE],
];

test.each(LIES)('an answer with %s proves nothing', async (_what, lie, alerts) => {
  const visitor = app.visitor();
  rogue.lie = lie;
  await expectBack(visitor, await comeBack(visitor), alerts('Rogue'));
  const warning = app.log.map((line) => JSON.parse(line)).find(({ provider }) => provider === 'rogue');
  expect(warning).toMatchObject({ level: 40, msg: 'a login at a provider failed' });
  expect(JSON.stringify(warning)).not.toMatch(/eyJ|code-\d|rob@/);
  await expectNoFault(app);
});

test.each<[string, (answer: URLSearchParams) => void]>([
  ['another state', (answer) => answer.set('state', 'guessed')],
  ['no state', (answer) => answer.delete('state')],
  ['the state twice', (answer) => answer.append('state', 'guessed')],
  ['another issuer in the address', (answer) => answer.set('iss', real.issuer)],
  ['no issuer in the address', (answer) => answer.delete('iss')],
  ['no code', (answer) => answer.delete('code')],
  ['an error beside the code', (answer) => answer.set('error', 'login_required')],
])('an answer with %s is none', async (_what, change) => {
  rogue.lie = {};
  const visitor = app.visitor();
  await expectBack(visitor, await comeBack(visitor, change), UNUSABLE('Rogue'));
  await expectNoFault(app);
});

test('an answer is taken once, in the session that asked, from the provider that was asked, within ten minutes', async () => {
  const maria = app.visitor();
  const away = await maria.get(WITH_REAL);
  const answer = await passThrough(away.location);
  const stranger = app.visitor();
  await expectBack(stranger, await stranger.get(answer), UNUSABLE('Example ID'));

  const mixed = answer.replace('/example-id/', '/rogue/');
  expect((await maria.get(mixed)).location).toBe(paths.login());
  expect((await maria.get(answer)).location).toBe(paths.newIdentity());
  expect((await maria.get(answer)).location).toBe(paths.login());

  const replayer = app.visitor();
  const asked = new URL((await replayer.get(WITH_REAL)).location).searchParams;
  const used = new URL(answer, 'http://store.example').searchParams;
  used.set('state', asked.get('state') ?? '');
  await expectBack(replayer, await replayer.get(callback('example-id', used)), UNUSABLE('Example ID'));

  const slow = app.visitor();
  const late = await passThrough((await slow.get(WITH_REAL)).location);
  app.passTime(10 * MINUTE);
  await expectBack(slow, await slow.get(late), UNUSABLE('Example ID'));
  await expectNoFault(app);
});

test('who says no at the provider is told that nothing was done', async () => {
  const shy = app.visitor();
  real.person = undefined;
  const said = `info: Information: ${PROVIDER_LOGIN_TEXTS.denied('Example ID')}`;
  await expectBack(shy, await logInAt(shy, WITH_REAL), [said]);
  real.person = 'maria';
});

test('a provider that is down when it is first needed, and in the middle, is asked again', async () => {
  const settings = { ...real.settings, ...rogue.settings };
  await real.stop();
  const store = await startTestApp(settings);
  const maria = store.visitor();
  const login = await maria.follow(await maria.get(WITH_REAL));
  expect(alertsOf(login.text)).toEqual(UNREACHABLE('Example ID'));
  expect(login.text).toContain('name="password"');
  for (const discovery of ['status 500', 'garbage', 'another issuer'] as const) {
    rogue.lie = { discovery };
    expect(alertsOf((await maria.follow(await maria.get(WITH_ROGUE))).text)).toEqual(UNREACHABLE('Rogue'));
  }

  await real.start();
  const answer = await passThrough((await maria.get(WITH_REAL)).location);
  await real.stop();
  expect(alertsOf((await maria.follow(await maria.get(answer))).text)).toEqual(UNREACHABLE('Example ID'));
  await real.start();
  expect((await logInAt(maria, WITH_REAL)).location).toBe(paths.newIdentity());
  await expectNoFault(store);
  await store.close();
});

test('a provider that keeps its answer back is given up', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const provider = { slug: 's', name: 'S', issuer, clientId: 'c', clientSecret: 's' };
  await expect(discoverProvider(provider, 50)).rejects.toMatchObject({ code: 'OAUTH_TIMEOUT' });
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
});

test('a provider that the store does not know is no page', async () => {
  expect((await app.visitor().get(paths.providerLogin('nobody'))).status).toBe(404);
  expect((await app.visitor().get(paths.providerCallback('nobody'))).status).toBe(404);
});
