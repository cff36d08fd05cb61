import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { appCode, setUpApp } from '../../testing/authenticator.ts';
import { actionPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import {
  type Claims,
  logInAt,
  type OpenIdProvider,
  startOpenIdProvider,
} from '../../testing/openid-provider.ts';
import { addPerson, PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import { setSettings } from '../../testing/settings.ts';
import { type Answer, alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { linkAtLogin } from '../credentials/identities.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { REFUSALS } from '../login/login.ts';
import { TEXTS as LOGIN_SESSION_TEXTS } from '../login/login-session.http.ts';
import { TEXTS as NEW_ACCOUNT_TEXTS } from '../new-account.ts';
import { answerResetRequests } from '../password-reset/reset-requests.ts';
import { findUser, NO_PASSWORD, type User } from '../users.table.ts';
import { TEXTS as FIRST_OPENID_LOGIN_TEXTS } from './first-openid-login.page.ts';

let app: TestApp;
let provider: OpenIdProvider;

beforeAll(async () => {
  provider = await startOpenIdProvider();
  app = await startTestApp(provider.settings);
});

afterAll(async () => {
  await app.close();
  await provider.stop();
});

afterEach(() => setSettings(app.context, { membership: 'open' }));

const WITH = paths.providerLogin('example-id');

/** Somebody comes from the provider. @returns what the store says to it */
function comeAs(visitor: Visitor, subject: string, claims: Claims): Promise<Answer> {
  provider.people.set(subject, claims);
  provider.person = subject;
  return logInAt(visitor, WITH);
}

/** The same, for the first time. @returns the page that they come to */
async function arriveAs(visitor: Visitor, subject: string, claims: Claims): Promise<string> {
  const answer = await comeAs(visitor, subject, claims);
  expect(answer.location).toBe(paths.newIdentity());
  return (await visitor.follow(answer)).text;
}

const verified = (name: string): Claims => ({ email: `${name}@example.org`, email_verified: true });
const rowOf = (username: string) => app.context.db('users').where({ username }).first();
const actionsOf = (userId: number) =>
  app.context.db('audit_log').where('subject_id', userId).orderBy('id').pluck('action');
const verifyEmailOf = (username: string) =>
  app.context.db('users').where({ username }).update({ email_verified_at: app.context.clock() });
const shownIn = (page: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1];

test('somebody new becomes a member without a password, and then logs in with one click', async () => {
  const maria = app.visitor();
  const page = await arriveAs(maria, 'maria-1', { ...verified('maria'), name: 'María Núñez' });
  expect(shownIn(page, 'username')).toBe('Maria.Nunez');
  expect(page).toMatch(/name="email" value="maria@example.org"[^>]* disabled/);

  const forged = { username: 'maria', email: 'somebody-else@example.org' };
  const joined = await maria.post(paths.newIdentity(), forged);
  const entered = await maria.follow(joined);
  expect(entered.location).toBe(paths.store());
  expect(alertsOf((await maria.follow(entered)).text)).toEqual([
    `success: Success: ${FIRST_OPENID_LOGIN_TEXTS.joined('maria')}`,
  ]);
  const row = await rowOf('maria');
  expect(row).toMatchObject({ email: 'maria@example.org', password_hash: NO_PASSWORD, role: 'user' });
  expect(row.email_verified_at).not.toBeNull();
  const actions = ['account.registered', 'identity.linked', 'email.verified', 'login.succeeded'];
  expect(await actionsOf(row.id)).toEqual(actions);
  expect(await mailsTo(app.context, 'maria@example.org')).toEqual([]);

  const again = app.visitor();
  app.passTime(MINUTE);
  // Whatever she is called there by now, she is who she was.
  const back = await comeAs(again, 'maria-1', { email: 'new@example.org', email_verified: true });
  expect(alertsOf((await again.follow(back)).text)).toEqual([
    `success: Success: ${DOOR_TEXTS.welcome('maria')}`,
  ]);
  const identity = await app.context.db('identities').where('user_id', row.id).first();
  expect(identity).toMatchObject({ issuer: provider.issuer, subject: 'maria-1', label: 'maria@example.org' });
  expect(identity.last_used_at).toBeGreaterThan(identity.created_at);
  expect((await app.visitor().logIn('maria', '!')).status).toBe(422);
});

test('an address that the provider is not sure of can be changed, and is confirmed by mail; MEMBERSHIP holds', async () => {
  await setSettings(app.context, { membership: 'verified' });
  const nora = app.visitor();
  const page = await arriveAs(nora, 'nora-1', { email: 'typo@example.org', preferred_username: 'nora' });
  expect(shownIn(page, 'username')).toBe('nora');
  expect(page).not.toContain('disabled');
  const joined = await nora.post(paths.newIdentity(), { username: 'nora', email: 'nora@example.org' });
  expect((await nora.follow(await nora.follow(joined))).location).toBe(paths.waiting());
  const subjects = (await mailsTo(app.context, 'nora@example.org')).map(({ message }) => message.subject);
  expect(subjects).toEqual(['Please confirm your e-mail address']);
  expect((await rowOf('nora')).email_verified_at).toBeNull();
});

test('what is wrong with the names stands beside them, and a form that is sent twice makes one account', async () => {
  await setSettings(app.context, { membership: 'approval' });
  await addPerson(app.context, 'taken');
  const olga = app.visitor();
  await arriveAs(olga, 'olga-1', {});
  const wrong = await olga.post(paths.newIdentity(), { username: 'taken', email: 'taken@example.org' });
  expect(wrong.status).toBe(422);
  expect(errorOf(wrong.text, 'username')).toBe(`Error: ${NEW_ACCOUNT_TEXTS.usernameTaken}`);
  expect(errorOf(wrong.text, 'email')).toBe(`Error: ${NEW_ACCOUNT_TEXTS.emailTaken}`);
  expect(shownIn(wrong.text, 'email')).toBe('taken@example.org');

  const names = { username: 'olga', email: 'olga@example.org' };
  const twice = await Promise.all([1, 2].map(() => olga.post(paths.newIdentity(), names)));
  // A third one comes when the first two are through: the browser dropped their answers.
  for (const answer of [...twice, await olga.post(paths.newIdentity(), names)])
    expect(answer).toMatchObject({ status: 303, location: paths.newIdentity() });
  expect(await app.context.db('identities').where('subject', 'olga-1').pluck('id')).toHaveLength(1);
  expect((await rowOf('olga')).approved_at).toBeNull();
  expect((await olga.follow(await olga.get(paths.newIdentity()))).location).toBe(paths.waiting());
});

test('the address of a member opens the account only with its password, and that with the second factor', async () => {
  const bob = await signIn(app, 'bob');
  const { key } = await setUpApp(app, bob);
  await verifyEmailOf('bob');
  const visitor = app.visitor();
  const page = await arriveAs(visitor, 'bob-1', verified('bob'));
  expect(textOf(page)).toContain('bob@example.org is the address of an account here.');

  const wrong = await visitor.post(paths.newIdentity(), { password: 'not-it' });
  expect([wrong.status, errorOf(wrong.text, 'password')]).toEqual([
    422,
    `Error: ${FIRST_OPENID_LOGIN_TEXTS.wrong}`,
  ]);
  const right = await visitor.post(paths.newIdentity(), { password: PASSWORD });
  expect(right.location).toBe(paths.secondFactor());
  expect(await app.context.db('identities').where('subject', 'bob-1').pluck('id')).toEqual([]);
  await visitor.follow(right);
  const inside = await visitor.post(paths.secondFactor(), { code: appCode(app, key) });
  expect(alertsOf((await visitor.follow(inside)).text)).toEqual([
    `success: Success: ${DOOR_TEXTS.welcome('bob')}`,
    `success: Success: ${LOGIN_SESSION_TEXTS.linked('Example ID')}`,
  ]);
  const subjects = (await mailsTo(app.context, 'bob@example.org')).map(({ message }) => message.subject);
  expect(subjects).toContain('A way to log in was connected');

  const other = app.visitor();
  expect((await comeAs(other, 'bob-1', verified('bob'))).location).toBe(paths.secondFactor());
  expect((await other.get(paths.account())).location).toBe(paths.login());
});

test('where the password is all that a login takes, it connects the account and logs in', async () => {
  await addPerson(app.context, 'sofia');
  await verifyEmailOf('sofia');
  const visitor = app.visitor();
  await arriveAs(visitor, 'sofia-1', verified('SOFIA'));
  const sent = await visitor.post(paths.newIdentity(), { password: PASSWORD });
  expect(alertsOf((await visitor.follow(await visitor.follow(sent))).text)).toEqual([
    `success: Success: ${FIRST_OPENID_LOGIN_TEXTS.linked('sofia', 'Example ID')}`,
  ]);
});

test('a password that is changed while it is looked at connects nothing, nor does one that is no longer enough', async () => {
  const id = await addPerson(app.context, 'ruth');
  const shown = (await findUser(app.context.db, id)) as User;
  const identity = { provider: 'Example ID', issuer: provider.issuer, subject: 'ruth-1', label: 'ruth' };
  const client = { address: '192.0.2.1', network: '192.0.2.1', userAgent: '', browserToken: undefined };
  const link = () => linkAtLogin(app.context, shown, { ...identity, emailVerified: true, names: [] }, client);
  for (const change of [{ password_changed_at: 1 }, { two_factor_since: 1 }]) {
    await app.context.db('users').where({ id }).update(change);
    expect(await link()).toEqual({ ok: false, problem: 'ended' });
    await app.context.db('users').where({ id }).update({ password_changed_at: null, two_factor_since: null });
  }
  expect(await link()).toEqual({ ok: true });
});

test('wrong passwords there count as failed logins do', async () => {
  await addPerson(app.context, 'tess');
  await verifyEmailOf('tess');
  const visitor = app.visitor();
  await arriveAs(visitor, 'tess-1', verified('tess'));
  const send = () => visitor.post(paths.newIdentity(), { password: 'not-it' });
  const statuses = [];
  for (let attempt = 0; attempt < 6; attempt += 1) statuses.push((await send()).status);
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
});

test('where one side is not sure of the address, or there is no password, only who is logged in can connect it', async () => {
  await addPerson(app.context, 'una');
  await unconfirm(app.context, 'una');
  const unsure = await arriveAs(app.visitor(), 'una-1', verified('una'));
  expect(textOf(unsure)).toContain('There is an account already');
  expect(unsure).not.toContain('type="password"');

  await verifyEmailOf('una');
  const claimed = await arriveAs(app.visitor(), 'una-2', { email: 'UNA@example.org', email_verified: false });
  expect(textOf(claimed)).toContain('There is an account already');
  const text = { ...verified('una'), email_verified: 'true' as unknown as boolean };
  expect(textOf(await arriveAs(app.visitor(), 'una-3', text))).toContain('There is an account already');

  await app.context.db('users').where('username', 'una').update({ password_hash: NO_PASSWORD });
  const visitor = app.visitor();
  expect(textOf(await arriveAs(visitor, 'una-4', verified('una')))).toContain('There is an account already');
  // For its token: that page has no form.
  await visitor.get(paths.login());
  expect((await visitor.post(paths.newIdentity(), { password: '!' })).location).toBe(paths.newIdentity());
  const pushed = await visitor.post(paths.newIdentity(), { username: 'una2' });
  expect(pushed.location).toBe(paths.newIdentity());
  expect(await rowOf('una2')).toBeUndefined();
});

test('who has made an account with somebody’s address is locked out when its owner takes it back', async () => {
  const thief = app.visitor();
  await arriveAs(thief, 'thief-1', {});
  await thief.post(paths.newIdentity(), { username: 'wanda', email: 'wanda@example.org' });
  await thief.follow(await thief.get(paths.newIdentity()));

  const wanda = app.visitor();
  await wanda.submit(paths.forgotPassword(), { email: 'wanda@example.org' });
  await answerResetRequests(app.context);
  await wanda.follow(await wanda.get(actionPath(await lastMailTo(app.context, 'wanda@example.org'))));
  await wanda.post(paths.resetPassword(), { password: PASSWORD, password_confirmation: PASSWORD });
  expect((await wanda.logIn('wanda', PASSWORD)).location).toBe(paths.store());
  expect((await thief.get(paths.account())).location).toBe(paths.login());
  expect((await comeAs(thief, 'thief-1', {})).location).toBe(paths.newIdentity());
});

test('a disabled account stays shut, whichever way its member comes', async () => {
  const member = app.visitor();
  await arriveAs(member, 'dan-1', verified('dan'));
  await member.follow(await member.post(paths.newIdentity(), { username: 'dan' }));
  expect((await member.get(paths.account())).status).toBe(200);
  await app.context.db('users').where('username', 'dan').update({ disabled_at: 1 });
  const visitor = app.visitor();
  const answer = await visitor.follow(await comeAs(visitor, 'dan-1', verified('dan')));
  expect(alertsOf(answer.text)).toEqual([`danger: Error: ${REFUSALS.disabled}`]);
  expect((await member.get(paths.account())).location).toBe(paths.login());
  expect((await actionsOf((await rowOf('dan')).id)).at(-1)).toBe('login.failed');
});

test('somebody new has ten minutes, in the browser that came from the provider', async () => {
  const visitor = app.visitor();
  await arriveAs(visitor, 'late-1', verified('late'));
  const stranger = app.visitor();
  expect((await stranger.get(paths.newIdentity())).location).toBe(paths.login());
  app.passTime(10 * MINUTE);
  const late = await visitor.follow(await visitor.post(paths.newIdentity(), { username: 'late' }));
  expect(alertsOf(late.text)).toEqual([`warning: Warning: ${FIRST_OPENID_LOGIN_TEXTS.again}`]);
  expect(await rowOf('late')).toBeUndefined();
});

test('whoever knew the session beforehand is not the person who comes from the provider in it', async () => {
  const visitor = app.visitor();
  const thief = app.visitor();
  await visitor.get(paths.login());
  for (const [name, value] of visitor.cookies) thief.cookies.set(name, value);
  await arriveAs(visitor, 'fay-1', verified('fay'));
  expect((await thief.get(paths.newIdentity())).location).toBe(paths.login());
  expect((await visitor.get(paths.newIdentity())).status).toBe(200);
});

test('a name that is kept back or taken is not suggested', async () => {
  await addPerson(app.context, 'pia');
  const page = await arriveAs(app.visitor(), 'pia-1', { preferred_username: 'admin', name: 'Pia' });
  expect(shownIn(page, 'username')).toMatch(/^Pia-\d{4}$/);
  expect(shownIn(await arriveAs(app.visitor(), 'pia-2', { name: '李' }), 'username')).toBe('');
});

test('the login and register pages show the way to each provider', async () => {
  for (const path of [paths.login(), paths.register()]) {
    expect((await app.visitor().get(path)).text).toContain(`href="${WITH}">Continue with Example ID</a>`);
  }
});
