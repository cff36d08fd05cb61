import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { ApiClient } from '../testing/api-client.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { appCode, setUpApp } from '../testing/authenticator.ts';
import { FRONT_END, FrontEnd } from '../testing/front-end.ts';
import { logInAt, type OpenIdProvider, startOpenIdProvider } from '../testing/openid-provider.ts';
import { addPasskey, deviceFor, logInWithPasskey, useCredential } from '../testing/passkeys.ts';
import { addPerson, PASSWORD, signIn } from '../testing/people.ts';
import type { Visitor } from '../testing/visitor.ts';

let app: TestApp;
let provider: OpenIdProvider;
/** What was counted since the test began. */
let steps: string[];

beforeAll(async () => {
  provider = await startOpenIdProvider('Example ID');
  app = await startTestApp({ ...provider.settings, ALLOWED_ORIGINS: FRONT_END });
  app.context.loginCounts = { count: (way, outcome) => steps.push(`${way} ${outcome}`) };
});
afterAll(async () => {
  await app.close();
  await provider.stop();
});
beforeEach(async () => {
  steps = [];
  await app.context.db('rate_limits').delete();
});

const WITH = paths.providerLogin('example-id');
const disable = (username: string) =>
  app.context.db('users').where({ username }).update({ disabled_at: app.context.clock() });

/** Somebody with an authenticator app, and what was counted forgotten. */
async function addWithApp(username: string): Promise<{ own: Visitor; key: string }> {
  const own = await signIn(app, username);
  const { key } = await setUpApp(app, own);
  steps = [];
  return { own, key };
}

test('a password: right, wrong, of nobody, of a closed account, too often', async () => {
  await addPerson(app.context, 'alice');
  await app.visitor().logIn('alice', PASSWORD);
  await app.visitor().logIn('alice', 'wrong');
  await app.visitor().logIn('nobody', PASSWORD);
  await disable('alice');
  await app.visitor().logIn('alice', PASSWORD);
  expect(steps).toEqual(['password succeeded', 'password refused', 'password refused', 'password shut']);

  steps = [];
  await app.context.db('rate_limits').delete();
  for (let attempt = 0; attempt < 6; attempt += 1) await app.visitor().logIn('alice', 'wrong');
  expect(steps).toEqual([...Array(5).fill('password refused'), 'password throttled']);
});

test('a second factor: asked for, wrong, right; a passkey in its place', async () => {
  const { own, key } = await addWithApp('bob');
  const device = deviceFor(app);
  await addPasskey(own, device);
  const visitor = app.visitor();
  await visitor.follow(await visitor.logIn('bob', PASSWORD));
  await visitor.post(paths.secondFactor(), { code: 'wrong' });
  await visitor.post(paths.secondFactor(), { code: appCode(app, key) });
  expect(steps).toEqual([
    'password second_factor_asked',
    'password second_factor_refused',
    'password succeeded',
  ]);

  steps = [];
  const other = app.visitor();
  await other.follow(await other.logIn('bob', PASSWORD));
  const purpose = 'second-factor';
  await other.post(paths.passkeyLogin(), { purpose, credential: 'none' });
  await other.post(paths.passkeyLogin(), {
    purpose,
    credential: await useCredential(other, device, purpose),
  });
  expect(steps).toEqual([
    'password second_factor_asked',
    'password second_factor_refused',
    'password succeeded',
  ]);
});

test('a passkey: right, none of ours, of a closed account', async () => {
  const own = await signIn(app, 'carol');
  const device = deviceFor(app);
  await addPasskey(own, device);
  steps = [];
  await logInWithPasskey(app.visitor(), device);
  const visitor = app.visitor();
  await visitor.get(paths.login());
  await visitor.post(paths.passkeyLogin(), { purpose: 'login', credential: 'none' });
  await disable('carol');
  await logInWithPasskey(app.visitor(), device);
  expect(steps).toEqual(['passkey succeeded', 'passkey refused', 'passkey shut']);
});

test('a program: right, wrong, without and with a code, which may be wrong', async () => {
  const { key } = await addWithApp('dan');
  const program = new ApiClient(app.url);
  const logIn = (more: object) => program.post('/login', { username: 'dan', password: PASSWORD, ...more });
  await logIn({ password: 'wrong' });
  await logIn({});
  await logIn({ code: 'wrong' });
  await logIn({ code: appCode(app, key) });
  expect(steps).toEqual([
    'program refused',
    'program second_factor_asked',
    'program second_factor_refused',
    'program succeeded',
  ]);
});

test('a front end elsewhere counts as the door does', async () => {
  await addPerson(app.context, 'erin');
  const page = new FrontEnd(app);
  await page.post('/login', { username: 'erin', password: 'wrong' });
  await page.post('/login', { username: 'erin', password: PASSWORD });
  expect(steps).toEqual(['password refused', 'password succeeded']);
});

test('a provider: somebody new, known, of a closed account; an answer to nothing is no sign-in', async () => {
  provider.people.set('maria', { email: 'maria@example.org', email_verified: true });
  provider.person = 'maria';
  const visitor = app.visitor();
  await visitor.follow(await logInAt(visitor, WITH));
  await visitor.follow(await visitor.post(paths.newIdentity(), { username: 'maria' }));
  await logInAt(app.visitor(), WITH);
  await disable('maria');
  await logInAt(app.visitor(), WITH);
  await app.visitor().get(`${paths.providerCallback('example-id')}?code=made-up&state=made-up`);
  expect(steps).toEqual(['provider succeeded', 'provider succeeded', 'provider shut']);

  steps = [];
  const refused = app.visitor();
  const { location } = await refused.get(WITH);
  const state = new URL(location).searchParams.get('state') ?? '';
  await refused.get(`${paths.providerCallback('example-id')}?code=made-up&state=${state}`);
  expect(steps).toEqual(['provider refused']);
});

test('who confirms who they are while logged in does not sign in', async () => {
  const own = await signIn(app, 'frank');
  steps = [];
  await own.submit(paths.recentLogin(), { password: 'wrong' });
  await own.submit(paths.recentLogin(), { password: PASSWORD });
  expect(steps).toEqual([]);
});
