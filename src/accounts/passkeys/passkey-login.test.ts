import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cleanUp } from '../../jobs/jobs.ts';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import type { Lies, PasskeyDevice } from '../../testing/passkey-device.ts';
import { addPasskey, deviceFor, logInWithPasskey, useCredential } from '../../testing/passkeys.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { alertsOf, type Visitor } from '../../testing/visitor.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { THROTTLE } from '../throttle-limits.ts';
import { TEXTS as PASSKEY_LOGIN_TEXTS } from './passkey-login.http.ts';
import { makeChallenge, takeChallenge } from './webauthn.ts';

let app: TestApp;
/** Alice at home, with her passkey. */
let home: Visitor;
let device: PasskeyDevice;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  const { db } = app.context;
  for (const table of ['rate_limits', 'outbox', 'users', 'sessions']) await db(table).delete();
  home = await signIn(app, 'alice');
  device = deviceFor(app);
  await addPasskey(home, device);
});

const isIn = async (visitor: Visitor) => (await visitor.get(paths.passkeys())).status === 200;
const setAlice = (change: object) => app.context.db('users').where('username', 'alice').update(change);
/** The newest event, with what was written of it. */
async function lastEvent(): Promise<{ action: string; details?: object }> {
  const row = await app.context.db('audit_log').orderBy('id', 'desc').first('action', 'personal');
  return { action: row.action, details: JSON.parse(row.personal).details };
}
const REFUSED = `danger: Error: ${PASSKEY_LOGIN_TEXTS.refused}`;

describe('logging in with a passkey', () => {
  test('needs no username, no password and no second step; the session id is new (ASVS 7.2.4)', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    const before = visitor.cookies.get('gatehouse');
    const answer = await logInWithPasskey(visitor, device);
    expect(answer.location).toBe(paths.store());
    expect(visitor.cookies.get('gatehouse')).not.toBe(before);
    expect(alertsOf((await visitor.follow(answer)).text)).toEqual([
      `success: Success: ${DOOR_TEXTS.welcome('alice')}`,
    ]);
    expect(await lastEvent()).toMatchObject({ action: 'login.succeeded', details: { factors: ['passkey'] } });

    const old = app.visitor();
    old.cookies.set('gatehouse', before ?? '');
    expect(await isIn(old)).toBe(false);
  });

  test('leads to the page first asked for, and stays for 14 days if wished', async () => {
    const visitor = app.visitor();
    await visitor.follow(await visitor.get(paths.product('mouse')));
    const credential = await useCredential(visitor, device);
    const answer = await visitor.post(paths.passkeyLogin(), { purpose: 'login', credential, remember: '1' });
    expect(answer.location).toBe(paths.product('mouse'));
    expect(answer.headers.get('set-cookie')).toMatch(/gatehouse=[^;]+;[^,]*Expires=/);
  });

  test('names no passkeys to a guest, who may ask for whatever purpose', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    for (const purpose of ['login', 'x', '']) {
      const answer = await visitor.post(paths.passkeyChallenge(), { purpose, username: 'alice' });
      expect(JSON.parse(answer.text)).toMatchObject({ allowCredentials: [], userVerification: 'required' });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    for (const purpose of ['second-factor', 'recent-login', 'registration']) {
      const answer = await visitor.post(paths.passkeyChallenge(), { purpose });
      expect(answer.text).not.toContain(device.passkeys[0]?.id);
    }
  });

  test.each([
    ['of another site', { origin: 'https://localhost:3000' }],
    ['for another host', { rpId: 'example.org' }],
    ['to another challenge', { challenge: 'A'.repeat(43) }],
    ['to another question', { type: 'webauthn.create' }],
    ['from within a frame', { crossOrigin: true }],
    ['without finger, face or PIN', { userVerified: false }],
    ['under the name of somebody else', { userHandle: 'A'.repeat(86) }],
    ['that does not say whose it is', { userHandle: undefined }],
    ['with another signature', { signature: 'MAYCAQECAQE' }],
    ['with a counter that went back', { counter: 0 }],
  ] as [string, Lies][])('refuses an answer %s, and writes it down', async (_what, lies) => {
    const visitor = app.visitor();
    await visitor.follow(await logInWithPasskey(visitor, device));
    const stranger = app.visitor();
    const answer = await logInWithPasskey(stranger, device, lies);
    expect(answer.location).toBe(paths.login());
    expect(alertsOf((await stranger.follow(answer)).text)).toEqual([REFUSED]);
    expect(await isIn(stranger)).toBe(false);
    const details = { factors: ['passkey'], reason: 'passkey refused' };
    expect(await lastEvent()).toEqual({ action: 'login.failed', details });
  });

  test('takes a counter that stands at 0, as that of a synced passkey does', async () => {
    await app.context.db('passkeys').update({ counter: 0 });
    for (const _ of [1, 2]) {
      expect((await logInWithPasskey(app.visitor(), device, { counter: 0 })).location).toBe(paths.store());
    }
    const { counter, last_used_at } = await app.context.db('passkeys').first();
    expect([counter, last_used_at]).toEqual([0, expect.any(Number)]);
  });

  test('takes an answer once, also when it comes many times at the same instant', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    const credential = await useCredential(visitor, device, 'login', { counter: 0 });
    await app.context.db('passkeys').update({ counter: 0 });
    const send = () => visitor.post(paths.passkeyLogin(), { purpose: 'login', credential });
    const answers = await Promise.all([send(), send(), send()]);
    // One that comes when the first has opened its session finds the form's session over, and is no login either.
    const refused = answers.filter(({ location }) => location !== paths.store());
    expect(refused).toHaveLength(2);
    for (const { status, location } of refused) {
      expect([`303 ${paths.login()}`, '403 ']).toContain(`${status} ${location}`);
    }
  });

  test('lets a key and its copy, which count the same, in once, also at the same instant', async () => {
    const visitors = [app.visitor(), app.visitor()];
    const sent = await Promise.all(
      visitors.map(async (visitor) => {
        await visitor.get(paths.login());
        return { visitor, credential: await useCredential(visitor, device, 'login', { counter: 9 }) };
      }),
    );
    const answers = await Promise.all(
      sent.map(({ visitor, credential }) =>
        visitor.post(paths.passkeyLogin(), { purpose: 'login', credential }),
      ),
    );
    expect(answers.map(({ location }) => location).sort()).toEqual([paths.login(), paths.store()]);
  });

  test('takes no answer after five minutes or from another session, and keeps no trace of it', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    const credential = await useCredential(visitor, device);
    const thief = app.visitor();
    await thief.get(paths.login());
    const send = (from: Visitor) => from.post(paths.passkeyLogin(), { purpose: 'login', credential });
    expect((await send(thief)).location).toBe(paths.login());
    app.passTime(5 * 60_000);
    expect((await send(visitor)).location).toBe(paths.login());
    await cleanUp(app.context);
    expect(await app.context.db('webauthn_challenges')).toEqual([]);
  });

  test('gives an open question to one of those who take it at the same instant', async () => {
    const scope = { purpose: 'login', sessionHash: '0'.repeat(64) } as const;
    const challenge = await makeChallenge(app.context, scope);
    const takes = Array.from({ length: 5 }, () => takeChallenge(app.context, scope, challenge));
    expect((await Promise.all(takes)).filter(Boolean)).toHaveLength(1);
  });

  test('keeps one question a session, however often it is asked', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    const first = await useCredential(visitor, device);
    await Promise.all(Array.from({ length: 5 }, () => visitor.post(paths.passkeyChallenge())));
    const mine = await app.context.db('webauthn_challenges').where('purpose', 'login');
    expect(mine).toHaveLength(1);
    const answer = await visitor.post(paths.passkeyLogin(), { purpose: 'login', credential: first });
    expect(answer.location).toBe(paths.login());
  });

  test.each([
    ['disabled', 'disabled_at', /has been disabled/],
    ['locked', 'locked_at', /is locked/],
    ['closed', 'closing_at', /was closed/],
  ])('is refused to who is %s, in the words of the password', async (_state, column, words) => {
    await setAlice({ [column]: app.context.clock() });
    const visitor = app.visitor();
    const page = (await visitor.follow(await logInWithPasskey(visitor, device))).text;
    expect(alertsOf(page)).toEqual([expect.stringMatching(words)]);
    expect(await isIn(visitor)).toBe(false);
    expect(await lastEvent()).toMatchObject({
      action: 'login.failed',
      details: { factors: ['passkey'], reason: expect.stringContaining('the account') },
    });
  });

  test('works while passwords have to wait, and however many passkeys strangers try', async () => {
    const alice = app.visitor();
    await app.context.db('known_networks').delete();
    const { id } = await app.context.db('users').where('username', 'alice').first('id');
    for (let count = 0; count < THROTTLE.perAccount.points; count += 1) {
      const attempt = { login: 'alice', account: `user ${id}`, network: `192.0.2.${count}` };
      await app.context.throttles.login.take(attempt);
    }
    for (let count = 0; count < THROTTLE.passkeys.points; count += 1) {
      await app.context.throttles.passkey.take({ network: '192.0.2.1' });
    }
    expect((await alice.logIn('alice', PASSWORD)).status).toBe(429);
    expect((await logInWithPasskey(alice, device)).location).toBe(paths.store());
  });

  test('is stopped for a network after twenty refusals, not for a browser that the member uses', async () => {
    const stranger = app.visitor();
    await stranger.get(paths.login());
    const send = () => stranger.post(paths.passkeyLogin(), { credential: 'x' });
    for (let count = 0; count < THROTTLE.passkeys.points; count += 1) expect((await send()).status).toBe(303);
    const refused = await send();
    expect([refused.status, Number(refused.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect((await logInWithPasskey(stranger, device)).status).toBe(429);

    await home.submit(paths.logout());
    expect((await logInWithPasskey(home, device)).location).toBe(paths.store());
  });

  const HOSTILE = [
    ['nothing', ''],
    ['no JSON', 'x'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['missing fields', '{"id":"a","rawId":"a","type":"public-key","response":{}}'],
    ['50 kB', JSON.stringify({ id: 'a'.repeat(50_000) })],
    ['client data that are no object', credentialWith({ clientDataJSON: 'bnVsbA' })],
    ['data too short to be any', credentialWith({})],
  ];

  test('is refused whatever else may stand in the field', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    for (const [what, credential = ''] of HOSTILE) {
      const answer = await visitor.post(paths.passkeyLogin(), { credential, purpose: 'login' });
      expect([answer.status, answer.location], what).toEqual([303, paths.login()]);
    }
  });

  test('is refused a field that comes twice', async () => {
    const visitor = app.visitor();
    const [, _csrf = ''] = /name="_csrf" value="([^"]+)"/.exec((await visitor.get(paths.login())).text) ?? [];
    const body = new URLSearchParams([
      ['_csrf', _csrf],
      ['credential', '{}'],
      ['credential', '{}'],
      ['purpose', 'login'],
      ['purpose', 'second-factor'],
    ]);
    expect((await visitor.request(paths.passkeyLogin(), { method: 'POST', body })).status).toBe(303);
  });
});

/** An answer that has the right shape, with nothing right inside. */
function credentialWith(response: object): string {
  const clientDataJSON = Buffer.from('{"challenge":"x"}').toString('base64url');
  const filled = { clientDataJSON, authenticatorData: 'AA', signature: 'AA', ...response };
  return JSON.stringify({ id: 'AA', rawId: 'AA', type: 'public-key', response: filled });
}

describe('a passkey as the second factor', () => {
  /** Alice elsewhere, with the password shown and nothing else. */
  let pending: Visitor;
  beforeEach(async () => {
    pending = app.visitor();
    const answer = await pending.logIn('alice', PASSWORD, { remember: '1' });
    expect(answer.location).toBe(paths.secondFactor());
  });

  const send = (visitor: Visitor, credential: string, more = {}) =>
    visitor.post(paths.passkeyLogin(), { purpose: 'second-factor', credential, ...more });

  test('finishes the login, remembers and trusts as wished', async () => {
    const answer = await send(pending, await useCredential(pending, device, 'second-factor'), { trust: '1' });
    expect(answer.location).toBe(paths.store());
    expect(answer.headers.get('set-cookie')).toMatch(/gatehouse=[^;]+;[^,]*Expires=/);
    expect((await lastEvent()).action).toBe('browser.trusted');
    const rows = await app.context.db('audit_log').where('action', 'login.succeeded').orderBy('id');
    expect(JSON.parse(rows.at(-1).personal).details.factors).toEqual(['password', 'passkey']);

    await pending.follow(answer);
    await pending.post(paths.logout());
    expect((await pending.logIn('alice', PASSWORD)).location).toBe(paths.store());
  });

  test('names the passkeys of the one who showed the password', async () => {
    const answer = await pending.post(paths.passkeyChallenge(), { purpose: 'second-factor' });
    expect(JSON.parse(answer.text).allowCredentials).toMatchObject([{ id: device.passkeys[0]?.id }]);
  });

  test("is none when it is another member's", async () => {
    const bobs = deviceFor(app);
    await addPasskey(await signIn(app, 'bob'), bobs);
    const options = await pending.post(paths.passkeyChallenge(), { purpose: 'second-factor' });
    const forAnybody = { ...JSON.parse(options.text), allowCredentials: [] };
    const answer = await send(pending, JSON.stringify(bobs.get(forAnybody)));
    expect(answer.location).toBe(paths.secondFactor());
    expect(await isIn(pending)).toBe(false);
    const alice = await app.context.db('users').where('username', 'alice').first('id');
    const failed = await app.context.db('audit_log').where('action', 'login.failed').orderBy('id');
    expect(failed.at(-1).subject_id).toBe(alice.id);
  });

  test('is asked as such: an answer to the question at the door is none to this one', async () => {
    const answer = await send(pending, await useCredential(pending, device, 'login'));
    expect(answer.location).toBe(paths.secondFactor());
  });

  test('comes too late after ten minutes, or when the password was changed', async () => {
    const credential = await useCredential(pending, device, 'second-factor');
    await setAlice({ password_changed_at: app.context.clock() });
    expect((await send(pending, credential)).location).toBe(paths.login());
    expect((await send(app.visitor(), credential)).status).toBe(403);
  });
});

describe('a passkey for what needs a recent login', () => {
  beforeEach(() => app.passTime(5 * 60_000));

  test('counts as one, under a new session id, and leads back (ASVS 7.2.4)', async () => {
    const { id } = await app.context.db('passkeys').first('id');
    const page = await home.follow(await home.get(paths.removePasskey(id)));
    expect(page.text).toMatch(/Use a passkey<.*With a recovery code/s);
    const before = home.cookies.get('gatehouse');
    const credential = await useCredential(home, device, 'recent-login');
    const answer = await home.post(paths.recentPasskey(), { purpose: 'recent-login', credential });
    expect(answer.location).toBe(paths.removePasskey(id));
    expect(home.cookies.get('gatehouse')).not.toBe(before);
    expect((await home.follow(answer)).status).toBe(200);
  });

  test("must be one of the member's own, and an answer to this question", async () => {
    const bobs = deviceFor(app);
    await addPasskey(await signIn(app, 'bob'), bobs);
    await home.get(paths.passkeys());
    const options = await home.post(paths.passkeyChallenge(), { purpose: 'recent-login' });
    const forAnybody = { ...JSON.parse(options.text), allowCredentials: [] };
    const foreign = JSON.stringify(bobs.get(forAnybody));
    const forTheDoor = await useCredential(home, device, 'login');
    for (const credential of [foreign, forTheDoor, '']) {
      const answer = await home.post(paths.recentPasskey(), { purpose: 'recent-login', credential });
      expect(answer.location).toBe(paths.recentLogin());
    }
    const answer = await home.get(paths.removePasskey(1));
    expect(answer.location).toBe(paths.recentLogin());
  });

  test('is not offered to who has none', async () => {
    const bob = await signIn(app, 'bob');
    expect((await bob.get(paths.recentLogin())).text).not.toContain('passkey instead');
  });
});
