import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPasswordReset } from '../../members/access.ts';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { setUpApp } from '../../testing/authenticator.ts';
import { type FalseProvider, startFalseProvider } from '../../testing/false-provider.ts';
import { alarmPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { OPS } from '../../testing/member-actions.ts';
import {
  logInAt,
  type OpenIdProvider,
  passThrough,
  startOpenIdProvider,
} from '../../testing/openid-provider.ts';
import { addPasskey, deviceFor } from '../../testing/passkeys.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { alertsOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as NOT_ME_TEXTS } from '../password-reset/not-me.page.ts';
import { TEXTS as RESET_LINKS_TEXTS } from '../password-reset/reset-links.ts';
import { NO_PASSWORD } from '../users.table.ts';
import { TEXTS as IDENTITIES_TEXTS } from './identities.page.ts';
import { TEXTS as PROVIDER_LOGIN_TEXTS } from './provider-login.http.ts';

let app: TestApp;
let provider: OpenIdProvider;
let other: FalseProvider;
/** As Google: it never says when it asked. */
let silent: FalseProvider;

beforeAll(async () => {
  provider = await startOpenIdProvider();
  other = await startFalseProvider('OIDC_2_', 'Other');
  silent = await startFalseProvider('OIDC_3_', 'Silent', []);
  app = await startTestApp({ ...provider.settings, ...other.settings, ...silent.settings });
});

afterAll(async () => {
  await app.close();
  await provider.stop();
  await other.stop();
  await silent.stop();
});

const WITH = paths.providerLogin('example-id');
const CONNECT = paths.newMemberIdentity('example-id');

const linkOn = (page: string, start = WITH) => new RegExp(`href="(${start}[^"]*)"`).exec(page)?.[1] ?? '';
const idsOf = async (username: string): Promise<number[]> =>
  app.context
    .db('identities')
    .join('users', 'users.id', 'user_id')
    .where({ username })
    .pluck('identities.id');

/** Connects as a member does, from the page that says what it means. */
async function connect(visitor: Visitor, subject: string): Promise<string[]> {
  provider.person = subject;
  const link = linkOn((await visitor.get(CONNECT)).text);
  return alertsOf((await visitor.follow(await logInAt(visitor, link))).text);
}

/** Somebody who came by the provider and has no password. */
async function joinAs(username: string): Promise<Visitor> {
  provider.people.set(username, { email: `${username}@example.org`, email_verified: true });
  provider.person = username;
  const visitor = app.visitor();
  await visitor.follow(await logInAt(visitor, WITH));
  const entered = await visitor.follow(await visitor.post(paths.newIdentity(), { username }));
  await visitor.follow(entered);
  return visitor;
}

const LAST = [`danger: Error: ${IDENTITIES_TEXTS.last}`];

test('a member connects a provider, logs in with it, and disconnects it', async () => {
  const alice = await signIn(app, 'alice');
  const elsewhere = app.visitor();
  await elsewhere.logIn('alice', PASSWORD);
  expect(textOf((await alice.get(paths.identities())).text)).toContain('Connect Example ID Connect Other');

  provider.people.set('alice-1', { email: 'alice@elsewhere.example' });
  expect(await connect(alice, 'alice-1')).toEqual([
    `success: Success: ${PROVIDER_LOGIN_TEXTS.linked('Example ID')}`,
  ]);
  expect((await elsewhere.get(paths.account())).location).toBe(paths.login());
  const list = textOf((await alice.get(paths.identities())).text);
  expect(list).toContain('Example ID alice@elsewhere.example');
  expect(list).not.toContain('Connect Example ID');
  expect(textOf((await alice.get(paths.account())).text)).toContain('Other ways to log in Example ID');

  const visitor = app.visitor();
  expect(textOf((await visitor.follow(await logInAt(visitor, WITH))).text)).toContain('Welcome back, alice.');
  const [id = 0] = await idsOf('alice');
  expect((await alice.get(paths.removeIdentity(id))).text).toContain('Disconnect Example ID?');
  const done = await alice.follow(await alice.post(paths.removeIdentity(id)));
  expect(alertsOf(done.text)).toEqual([`success: Success: ${IDENTITIES_TEXTS.disconnected('Example ID')}`]);
  expect((await visitor.get(paths.account())).location).toBe(paths.login());
  expect((await logInAt(visitor, WITH)).location).toBe(paths.newIdentity());
  expect((await lastMailTo(app.context, 'alice@example.org')).message.subject).toBe(
    'A way to log in was disconnected',
  );
});

test('only a page of the store starts connecting, once, for the member who is logged in, who showed a second factor', async () => {
  const cara = await signIn(app, 'cara');
  provider.person = 'cara-1';
  // As another site would: by an address that it can guess, or saw somewhere.
  expect((await cara.get(WITH)).location).toBe(paths.store());
  expect((await cara.get(`${WITH}?for=guessed`)).location).toBe(paths.store());
  const link = linkOn((await cara.get(CONNECT)).text);
  const away = await cara.get(link);
  expect((await cara.get(link)).location).toBe(paths.store());
  const answer = await passThrough(away.location);
  // Somebody else logs in meanwhile, in the same browser.
  await cara.post(paths.logout());
  await signIn(app, 'carl');
  await cara.follow(await cara.logIn('carl', PASSWORD));
  expect((await cara.get(answer)).location).toBe(paths.store());
  expect(await idsOf('carl')).toEqual([]);
  expect(await idsOf('cara')).toEqual([]);

  app.passTime(5 * MINUTE);
  expect((await cara.get(CONNECT)).location).toBe(paths.recentLogin());
  const dora = await signIn(app, 'dora');
  await setUpApp(app, dora);
  app.passTime(5 * MINUTE);
  const asked = await dora.follow(await dora.get(CONNECT));
  expect(textOf(asked.text)).toContain('it needs your second factor');
});

test('an identity is one member’s alone', async () => {
  await joinAs('emil');
  const eva = await signIn(app, 'eva');
  const elsewhere = app.visitor();
  await elsewhere.logIn('eva', PASSWORD);
  expect(await connect(eva, 'emil')).toEqual([`danger: Error: ${PROVIDER_LOGIN_TEXTS.taken('Example ID')}`]);
  // Nothing was connected, so nothing ends.
  expect((await elsewhere.get(paths.account())).status).toBe(200);
  const [id = 0] = await idsOf('emil');
  expect((await eva.get(paths.removeIdentity(id))).status).toBe(404);
  expect((await eva.post(paths.removeIdentity(id))).status).toBe(404);
  expect(await idsOf('emil')).toEqual([id]);
});

test('the last way in stays, also when two are removed at the same instant', async () => {
  const finn = await joinAs('finn');
  const [first = 0] = await idsOf('finn');
  expect(alertsOf((await finn.follow(await finn.get(paths.removeIdentity(first)))).text)).toEqual(LAST);
  expect(alertsOf((await finn.follow(await finn.post(paths.removeIdentity(first)))).text)).toEqual(LAST);

  expect(await connect(finn, 'finn-2')).toHaveLength(1);
  const ids = await idsOf('finn');
  await Promise.all(ids.map((id) => finn.post(paths.removeIdentity(id))));
  expect(await idsOf('finn')).toHaveLength(1);
  // One at a provider that the store no longer knows opens nothing.
  await app.context.db('identities').whereIn('id', ids).update({ issuer: 'https://gone.example' });
  expect(await connect(finn, 'finn-3')).toHaveLength(1);
  const last = Math.max(...(await idsOf('finn')));
  expect(alertsOf((await finn.follow(await finn.post(paths.removeIdentity(last)))).text)).toEqual(LAST);
  const old = Math.min(...(await idsOf('finn')));
  expect(textOf((await finn.get(paths.identities())).text)).toContain('https://gone.example finn');
  await finn.post(paths.removeIdentity(old));
  expect(await idsOf('finn')).toEqual([last]);
});

test('a passkey that is the last way in stays as well', async () => {
  const gina = await joinAs('gina');
  await addPasskey(gina, deviceFor(app));
  const [identity = 0] = await idsOf('gina');
  await gina.post(paths.removeIdentity(identity));
  expect(await idsOf('gina')).toEqual([]);
  const passkey = await app.context
    .db('passkeys')
    .join('users', 'users.id', 'user_id')
    .where('username', 'gina');
  const { id } = await app.context.db('passkeys').where('user_id', passkey[0].user_id).first('id');
  expect(textOf((await gina.get(paths.removePasskey(id))).text)).toContain(
    'Nothing else would be left to log in by.',
  );
  const refused = await gina.follow(await gina.post(paths.removePasskey(id)));
  expect(alertsOf(refused.text)[0]).toContain('Nothing else would be left to log in by.');
  expect(await app.context.db('passkeys').where({ id }).pluck('id')).toEqual([id]);
});

test('a member without a password confirms with the provider, freshly, and with nobody else’s login', async () => {
  const hugo = await joinAs('hugo');
  app.passTime(5 * MINUTE);
  const page = await hugo.follow(await hugo.get(paths.endOtherDevices()));
  expect(page.text).not.toContain('type="password"');
  expect(page.text).toContain('Confirm with Example ID');
  const away = await hugo.get(linkOn(page.text));
  expect(new URL(away.location).searchParams.get('max_age')).toBe('0');
  const back = await hugo.get(await passThrough(away.location));
  expect(back.location).toBe(paths.endOtherDevices());
  expect((await hugo.follow(back)).location).not.toBe(paths.recentLogin());

  app.passTime(5 * MINUTE);
  const again = await hugo.follow(await hugo.get(paths.endOtherDevices()));
  provider.person = 'somebody-else';
  const wrong = await logInAt(hugo, linkOn(again.text));
  expect(wrong.location).toBe(paths.recentLogin());
  expect(alertsOf((await hugo.follow(wrong)).text)).toEqual([
    `danger: Error: ${PROVIDER_LOGIN_TEXTS.notYours('Example ID')}`,
  ]);
  expect((await hugo.get(paths.endOtherDevices())).location).toBe(paths.recentLogin());
});

test('a login at the provider that is not of the last five minutes confirms nothing', async () => {
  const kim = await signIn(app, 'kim');
  const start = paths.providerLogin('other');
  const comeBack = async (page: string) => {
    const answer = other.answerTo((await kim.get(linkOn(page, start))).location);
    return kim.get(`${paths.providerCallback('other')}?${answer}`);
  };
  await comeBack((await kim.get(paths.newMemberIdentity('other'))).text);
  expect(await idsOf('kim')).toHaveLength(1);
  app.passTime(5 * MINUTE);

  const now = Math.floor(Date.now() / 1_000);
  for (const [auth_time, end] of [
    [now - 600, paths.recentLogin()],
    [undefined, paths.recentLogin()],
    [now - 60, paths.endOtherDevices()],
  ] as const) {
    other.lie = auth_time ? { claims: { auth_time } } : {};
    const page = await kim.follow(await kim.get(paths.endOtherDevices()));
    const answer = await comeBack(page.text);
    expect(answer.location).toBe(end);
    const refused = end === paths.recentLogin();
    if (refused) expect(alertsOf((await kim.follow(answer)).text)[0]).toContain('log out and in');
  }
  expect(textOf((await kim.get(paths.activity())).text)).toContain(
    'A login failed: Other did not confirm it.',
  );
});

test('a provider that never says when it asked confirms as a login there does, and an old answer nothing', async () => {
  const lou = await signIn(app, 'lou');
  const start = paths.providerLogin('silent');
  const comeBack = async (page: string) => {
    const answer = silent.answerTo((await lou.get(linkOn(page, start))).location);
    return lou.get(`${paths.providerCallback('silent')}?${answer}`);
  };
  await comeBack((await lou.get(paths.newMemberIdentity('silent'))).text);
  app.passTime(5 * MINUTE);
  const longAgo = Math.floor(Date.now() / 1_000) - 600;
  for (const [claims, end] of [
    [{ auth_time: longAgo }, paths.recentLogin()],
    [{ auth_time: 'just now' }, paths.recentLogin()],
    [{}, paths.endOtherDevices()],
  ] as const) {
    silent.lie = { claims };
    const page = await lou.follow(await lou.get(paths.endOtherDevices()));
    expect((await comeBack(page.text)).location).toBe(end);
  }
});

test('an answer that nobody asked for, from any site, leaves nothing in a member’s activity', async () => {
  const mara = await signIn(app, 'mara');
  const answer = await mara.get(`${paths.providerCallback('other')}?code=1&state=2`);
  expect(answer.location).toBe(paths.store());
  expect(textOf((await mara.get(paths.activity())).text)).not.toContain('A login failed');
});

test('a member without a password is mailed a link to set one', async () => {
  const iris = await joinAs('iris');
  expect(textOf((await iris.get(paths.password())).text)).toContain('Your account has no password');
  const sent = await iris.follow(await iris.post(paths.password()));
  expect(alertsOf(sent.text)[0]).toContain('A mail with a link is on its way');
  const { email_key } = await app.context.db('reset_requests').orderBy('id', 'desc').first();
  expect(email_key).toBe('iris@example.org');
  expect((await app.context.db('users').where('username', 'iris').first()).password_hash).toBe(NO_PASSWORD);
});

test('a member who joined by a provider is not written to like one whose account the store made', async () => {
  await joinAs('lena');
  const { id } = await app.context.db('users').where('username', 'lena').first('id');
  await startPasswordReset(app.context, OPS, id);
  expect((await lastMailTo(app.context, 'lena@example.org')).message.subject).toBe(RESET_LINKS_TEXTS.subject);
});

test('“This wasn’t me” disconnects what its mail tells of', async () => {
  const jana = await signIn(app, 'jana');
  await connect(jana, 'thief');
  const alarm = alarmPath(await lastMailTo(app.context, 'jana@example.org', 'A way to log in was connected'));
  const victim = app.visitor();
  expect(textOf((await victim.get(alarm)).text)).toContain(NOT_ME_TEXTS.takenBack.identity);
  await victim.post(alarm);
  expect(await idsOf('jana')).toEqual([]);
  expect((await mailsTo(app.context, 'jana@example.org')).at(-1)?.message.subject).toBe(
    RESET_LINKS_TEXTS.subject,
  );
});
