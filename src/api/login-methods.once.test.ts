import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { insertIdentity } from '../accounts/credentials/identities.table.ts';
import { identityHashOf } from '../accounts/credentials/identities.ts';
import { personalOf } from '../audit/audit.ts';
import { readAllOf } from '../audit/audit-log.table.ts';
import { paths } from '../paths.ts';
import { ApiClient } from '../testing/api-client.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { setUpApp } from '../testing/authenticator.ts';
import { logInAt, type OpenIdProvider, startOpenIdProvider } from '../testing/openid-provider.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { setSettings } from '../testing/settings.ts';

// The four ways in go by one rulebook (OWASP ASVS 5.0, 6.3.4): what one of them refuses, all of them do.

let app: TestApp;
let provider: OpenIdProvider;
beforeAll(async () => {
  provider = await startOpenIdProvider();
  app = await startTestApp({ ...provider.settings, REQUIRE_2FA: 'none' });
});
afterAll(async () => {
  await app.close();
  await provider.stop();
});
beforeEach(() => app.context.db('rate_limits').delete());

/** What came of an attempt to get in. */
type Outcome = 'in' | 'refused' | 'second factor' | 'too often';

const FROM_STATUS: Record<number, Outcome> = {
  200: 'in',
  303: 'in',
  422: 'refused',
  403: 'refused',
  429: 'too often',
};

const WAYS: Record<string, (username: string, password: string) => Promise<Outcome>> = {
  async 'the login page'(username, password) {
    const answer = await app.visitor().logIn(username, password);
    return answer.location === paths.secondFactor()
      ? 'second factor'
      : (FROM_STATUS[answer.status] as Outcome);
  },
  async 'the session API'(username, password) {
    const answer = await app.visitor().request(`${paths.sessionApi()}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    if (answer.status !== 401) return FROM_STATUS[answer.status] as Outcome;
    return JSON.parse(answer.text).error === 'second factor required' ? 'second factor' : 'refused';
  },
  async 'the token API'(username, password) {
    const { status, json } = await new ApiClient(app.url).post('/login', { username, password });
    if (status !== 401) return FROM_STATUS[status] as Outcome;
    return json.type.endsWith('#second-factor-required') ? 'second factor' : 'refused';
  },
};

/** Logs in at the provider, which has no password of ours to get wrong. */
async function byProvider(username: string): Promise<Outcome> {
  provider.person = username;
  const { location } = await logInAt(app.visitor(), paths.providerLogin('example-id'));
  if (location === paths.secondFactor()) return 'second factor';
  return location === paths.login() ? 'refused' : 'in';
}

/** Adds somebody whom the provider knows, too. */
async function addKnown(username: string): Promise<number> {
  const userId = await addPerson(app.context, username);
  const identity = { issuer: provider.issuer, subject: username };
  provider.people.set(username, {});
  await app.context.db.transaction((trx) =>
    insertIdentity(trx, {
      ...{ ...identity, userId, label: username, createdAt: app.context.clock() },
      identityHash: identityHashOf(identity),
    }),
  );
  return userId;
}

async function throughAll(username: string, password = PASSWORD): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const [way, logIn] of Object.entries(WAYS)) outcomes[way] = await logIn(username, password);
  return { ...outcomes, 'a provider': await byProvider(username) };
}

const everywhere = (outcome: Outcome) =>
  Object.fromEntries([...Object.keys(WAYS), 'a provider'].map((way) => [way, outcome]));

test('who shows who they are is in by every way', async () => {
  await addKnown('alice');
  expect(await throughAll('alice')).toEqual(everywhere('in'));
});

test('wrong passwords are counted together: the sixth in a minute waits wherever it comes (ASVS 6.3.4)', async () => {
  await addPerson(app.context, 'bob');
  const ways = Object.values(WAYS);
  for (let count = 0; count < 5; count += 1) {
    expect(await ways[count % ways.length]?.('bob', 'wrong')).toBe('refused');
  }
  for (const [way, logIn] of Object.entries(WAYS)) {
    expect([way, await logIn('bob', PASSWORD)]).toEqual([way, 'too often']);
  }
});

test('two-factor is asked for by every way in (ASVS 6.3.4)', async () => {
  await addKnown('cara');
  const visitor = app.visitor();
  await visitor.logIn('cara', PASSWORD);
  await setUpApp(app, visitor);
  expect(await throughAll('cara')).toEqual(everywhere('second factor'));
});

test.each(['disabled_at', 'locked_at', 'closing_at'])(
  'an account that is shut (%s) is shut to all of them, and each attempt is logged (ASVS 6.3.4)',
  async (column) => {
    const { db, clock } = app.context;
    const id = await addKnown(`shut-${column.slice(0, 5)}`);
    await db('users')
      .where({ id })
      .update({ [column]: clock() });
    expect(await throughAll(`shut-${column.slice(0, 5)}`)).toEqual(everywhere('refused'));
    const failures = (await readAllOf(db, id)).filter(({ action }) => action === 'login.failed');
    expect(failures.map((row) => (personalOf(row).details as { factors: string[] }).factors)).toEqual([
      ['password'],
      ['password'],
      ['password'],
      ['an account at Example ID'],
    ]);
  },
);

test('who waits for an admin’s yes has the store shut, whichever way they came', async () => {
  await addKnown('dan');
  await app.context.db('users').where({ username: 'dan' }).update({ approved_at: null });
  await setSettings(app.context, { membership: 'approval' });
  const page = app.visitor();
  await page.logIn('dan', PASSWORD);
  const guest = app.visitor();
  provider.person = 'dan';
  await logInAt(guest, paths.providerLogin('example-id'));
  for (const visitor of [page, guest])
    expect((await visitor.get(paths.store())).location).toBe(paths.waiting());
  const program = new ApiClient(app.url);
  await program.logIn('dan', PASSWORD);
  const products = await program.get('/products');
  expect([products.status, products.json.type]).toEqual([403, '/api/docs#membership-not-open']);
});
