import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import type { Role } from '../../permissions.ts';
import { HOUR, MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { appCode, codesOn, keyOn, setUpApp, showsCodes } from '../../testing/authenticator.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { type Answer, alertsOf, errorOf, hiddenOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { findApp } from '../credentials/authenticator-apps.table.ts';
import { secondFactorStatus } from '../credentials/second-factors.ts';
import { findUser, type User } from '../users.table.ts';
import { REMOVAL_TEXTS as APP_REMOVAL_TEXTS } from './authenticator-app.page.ts';
import { confirmApp, goOnWithSetup, setupDetails } from './authenticator-app.ts';
import { TEXTS as TWO_FACTOR_TEXTS } from './two-factor.page.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(() => app.context.db('rate_limits').delete());

let count = 0;
async function addMember(name = 'alice', role?: Role) {
  count += 1;
  const username = `${name}-${count}`;
  return { username, visitor: await signIn(app, username, role) };
}

const rowOf = (username: string) => app.context.db('users').where({ username }).first();
async function statusOf(username: string) {
  const { id, two_factor_since: twoFactorSince } = await rowOf(username);
  return secondFactorStatus(app.context, { id, twoFactorSince });
}

/** All that the database holds, as text. */
async function dump(): Promise<string> {
  const tables = ['authenticator_apps', 'recovery_codes', 'sessions', 'audit_log', 'outbox', 'users'];
  const rows = await Promise.all(tables.map((table) => app.context.db(table).select()));
  return JSON.stringify(rows);
}

async function addPasskey(username: string): Promise<void> {
  await app.context.db('passkeys').insert({
    user_id: (await rowOf(username)).id,
    credential_hash: username.padEnd(64, '-'),
    credential_id: '-',
    public_key: '-',
    user_handle: '-',
    counter: 0,
    transports: '',
    backed_up: false,
    name: 'a key',
    created_at: 1,
  });
}

/** The same member on another device. */
async function onAnotherDevice(username: string, code?: string): Promise<Visitor> {
  const device = app.visitor();
  await device.follow(await device.logIn(username, PASSWORD));
  if (code) await device.post(paths.secondFactor(), { code });
  expect((await device.get(paths.store())).status).toBe(200);
  return device;
}

const isLoggedIn = async (visitor: Visitor) => (await visitor.get(paths.store())).status === 200;

describe('an authenticator app that was not confirmed', () => {
  test('does not count, shows the same key again, and its key is readable nowhere', async () => {
    const { username, visitor } = await addMember();
    const page = await visitor.get(paths.authenticatorApp());
    const key = keyOn(page.text);
    expect(key).toMatch(/^[A-Z2-7]{32}$/);
    expect(page.text).toContain(`secret=${key}`);
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(keyOn((await visitor.get(paths.authenticatorApp())).text)).toBe(key);
    expect(await dump()).not.toContain(key);

    expect(await statusOf(username)).toMatchObject({ app: false, since: null, recoveryCodesLeft: 0 });
    expect((await app.visitor().logIn(username, PASSWORD)).location).toBe(paths.store());
  });

  test('shows another key to another session: nobody can have seen the key before its member does', async () => {
    const { username, visitor } = await addMember();
    const key = keyOn((await visitor.get(paths.authenticatorApp())).text);
    const thief = await onAnotherDevice(username);
    expect(keyOn((await thief.get(paths.authenticatorApp())).text)).not.toBe(key);
  });

  test('stays so after a wrong code, and its key stays the same', async () => {
    const { username, visitor } = await addMember();
    const key = keyOn((await visitor.get(paths.authenticatorApp())).text);
    for (const code of ['', '12345', '１２３４５６', appCode(app, key, 3), 'x'.repeat(10_000)]) {
      const answer = await visitor.post(paths.authenticatorApp(), { code });
      expect(answer.status).toBe(422);
      expect(errorOf(answer.text, 'code')).not.toBe('');
      expect(keyOn(answer.text)).toBe(key);
    }
    expect((await statusOf(username)).app).toBe(false);
    await expectNoFault(app);
  });

  test('shows a new key after an hour, and takes no code for the old one', async () => {
    const { visitor } = await addMember();
    const key = keyOn((await visitor.get(paths.authenticatorApp())).text);
    app.passTime(HOUR - MINUTE);
    await visitor.submit(paths.recentLogin(), { password: PASSWORD });
    app.passTime(MINUTE);
    const answer = await visitor.post(paths.authenticatorApp(), { code: appCode(app, key) });
    expect(answer.location).toBe(paths.authenticatorApp());
    expect(keyOn((await visitor.follow(answer)).text)).not.toBe(key);
  });
});

describe('confirming an authenticator app', () => {
  test('turns two-factor on and shows ten recovery codes once; the database can read none of it (ASVS 6.5.2)', async () => {
    const { username, visitor } = await addMember();
    const { key, codes, answer } = await setUpApp(app, visitor);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(codes).toHaveLength(10);
    // 16 characters of 32 kinds: 80 bits.
    for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
    expect(new Set(codes).size).toBe(10);

    const held = (await dump()).toLowerCase();
    for (const secret of [key.toLowerCase(), ...codes, ...codes.map((code) => code.replaceAll('-', ''))]) {
      expect(held).not.toContain(secret);
    }
    expect(app.log.join()).not.toContain(key);
    const page = textOf((await visitor.get(paths.twoFactor())).text);
    expect(page).toContain('It is on, since');
    expect(page).toContain('10 recovery codes are left.');
    expect(await statusOf(username)).toMatchObject({ app: true, passkeys: 0, recoveryCodesLeft: 10 });
  });

  test('ends the other sessions and not this one (ASVS 7.4.3), and a mail tells of it', async () => {
    const { username, visitor } = await addMember();
    const other = await onAnotherDevice(username);
    const bob = await addMember('bob');
    await setUpApp(app, visitor);
    expect(await Promise.all([visitor, other, bob.visitor].map(isLoggedIn))).toEqual([true, false, true]);
    const mails = await mailsTo(app.context, `${username}@example.org`);
    expect(mails.map(({ message }) => message.subject)).toContain('An authenticator app was added');
  });

  test('uses the code up (ASVS 6.5.1)', async () => {
    const { username, visitor } = await addMember();
    const key = keyOn((await visitor.get(paths.authenticatorApp())).text);
    const code = appCode(app, key);
    await visitor.post(paths.authenticatorApp(), { code });
    const device = app.visitor();
    await device.follow(await device.logIn(username, PASSWORD));
    expect((await device.post(paths.secondFactor(), { code })).status).toBe(422);
  });

  test('twice, by a reload or a double click, makes one set of codes and says so', async () => {
    const { username, visitor } = await addMember();
    const page = await visitor.get(paths.authenticatorApp());
    const key = keyOn(page.text);
    const send = (form_key: string) =>
      visitor.post(paths.authenticatorApp(), { code: appCode(app, key), form_key });
    const sendIt = () => send(hiddenOf(page.text, 'form_key'));
    const answers = [...(await Promise.all([sendIt(), sendIt()])), await sendIt()];
    expect(answers.map(showsCodes)).toEqual([true, true, true]);
    expect(new Set(answers.map(({ location }) => location)).size).toBe(1);
    const shown = codesOn((await visitor.follow(answers[1] as Answer)).text);
    expect(shown).toHaveLength(10);

    const otherWindow = await send('another');
    expect(otherWindow.location).toBe(paths.twoFactor());
    expect(alertsOf((await visitor.follow(otherWindow)).text).at(-1)).toMatch(
      /^info: Information: The app is set up already/,
    );
    const device = app.visitor();
    await device.follow(await device.logIn(username, PASSWORD));
    expect((await device.post(paths.secondFactor(), { code: String(shown[0]) })).status).toBe(303);
  });

  test('in the place of another ends that one, only now, and leaves the recovery codes', async () => {
    const { username, visitor } = await addMember();
    const old = await setUpApp(app, visitor);
    const key = keyOn((await visitor.get(paths.authenticatorApp())).text);
    expect(key).not.toBe(old.key);
    await onAnotherDevice(username, appCode(app, old.key));
    app.passTime(MINUTE);

    const answer = await visitor.post(paths.authenticatorApp(), { code: appCode(app, key) });
    expect(alertsOf((await visitor.follow(answer)).text)[0]).toContain('The new app is set up');
    app.passTime(MINUTE);
    const device = app.visitor();
    await device.follow(await device.logIn(username, PASSWORD));
    expect((await device.post(paths.secondFactor(), { code: appCode(app, old.key) })).status).toBe(422);
    expect((await device.post(paths.secondFactor(), { code: appCode(app, key) })).status).toBe(303);
    expect(await statusOf(username)).toMatchObject({ app: true, recoveryCodesLeft: 10 });
  });

  test('leads whoever had to set it up to where they were going', async () => {
    const { visitor } = await addMember('mod-mina', 'moderator');
    const sent = await visitor.get(paths.admin());
    expect(sent.location).toBe(paths.twoFactor());
    expect(textOf((await visitor.follow(sent)).text)).toContain(TWO_FACTOR_TEXTS.required);
    const { answer } = await setUpApp(app, visitor);
    expect(answer.text).toContain(`href="${paths.admin()}"`);
    expect((await visitor.get(paths.admin())).location).not.toBe(paths.twoFactor());
  });
});

describe('a change of the factors needs a login within five minutes (ASVS 7.5.1)', () => {
  const pages = [paths.authenticatorApp(), paths.removeAuthenticatorApp(), paths.recoveryCodes()];

  test.each(pages)('at %s, to see the page and to send its form', async (path) => {
    const { visitor } = await addMember();
    await setUpApp(app, visitor);
    app.passTime(5 * MINUTE);
    expect((await visitor.get(path)).location).toBe(paths.recentLogin());
    expect((await visitor.post(path, { code: '123456' })).location).toBe(paths.recentLogin());
  });

  test('which the password gives while two-factor is off', async () => {
    const { visitor } = await addMember();
    app.passTime(5 * MINUTE);
    await visitor.get(paths.authenticatorApp());
    const page = await visitor.get(paths.recentLogin());
    expect(page.text).not.toContain('name="code"');
    const answer = await visitor.post(paths.recentLogin(), { password: PASSWORD });
    expect(answer.location).toBe(paths.authenticatorApp());
    expect((await visitor.follow(answer)).status).toBe(200);
  });

  test('and a code once it is on: who has the password alone replaces no app', async () => {
    const { visitor } = await addMember();
    const { key } = await setUpApp(app, visitor);
    app.passTime(5 * MINUTE);
    const page = await visitor.follow(await visitor.get(paths.authenticatorApp()));
    expect(page.text).not.toContain('name="password"');
    await visitor.follow(await visitor.post(paths.recentLogin(), { password: PASSWORD }));
    expect((await visitor.get(paths.authenticatorApp())).location).toBe(paths.recentLogin());

    const before = visitor.cookies.get('gatehouse');
    const answer = await visitor.post(paths.recentLogin(), { code: appCode(app, key) });
    expect(answer.location).toBe(paths.authenticatorApp());
    expect(visitor.cookies.get('gatehouse')).not.toBe(before);
    expect((await visitor.follow(answer)).status).toBe(200);
  });

  test('a code is as good as the password elsewhere, counts once and not when it is wrong', async () => {
    const { visitor } = await addMember();
    const { key } = await setUpApp(app, visitor);
    app.passTime(5 * MINUTE);
    const page = await visitor.follow(await visitor.get(paths.removeAuthenticatorApp()));
    expect(page.text).toMatch(/name="password".*name="code"/s);
    const wrong = await visitor.post(paths.recentLogin(), { code: 'wrong' });
    expect(wrong.status).toBe(422);
    expect(errorOf(wrong.text, 'code')).not.toBe('');
    expect(errorOf(wrong.text, 'password')).toBe('');
    const code = appCode(app, key);
    expect((await visitor.post(paths.recentLogin(), { code })).location).toBe(paths.removeAuthenticatorApp());
    expect((await visitor.submit(paths.removeAuthenticatorApp(), { code })).status).toBe(422);
  });
});

describe('removing the authenticator app', () => {
  test('says what will happen, wants a code, turns two-factor off and ends the other sessions (ASVS 7.4.3)', async () => {
    const { username, visitor } = await addMember();
    const { key, codes } = await setUpApp(app, visitor);
    const other = await onAnotherDevice(username, codes[0]);
    const page = await visitor.get(paths.removeAuthenticatorApp());
    expect(textOf(page.text)).toContain('your password alone logs in to your account');
    for (const code of ['', '000000', String(codes[0])]) {
      expect((await visitor.post(paths.removeAuthenticatorApp(), { code })).status).toBe(422);
    }
    expect(await isLoggedIn(other)).toBe(true);

    const answer = await visitor.post(paths.removeAuthenticatorApp(), { code: appCode(app, key) });
    expect(alertsOf((await visitor.follow(answer)).text)[0]).toContain('Two-factor authentication is off.');
    expect([await isLoggedIn(visitor), await isLoggedIn(other)]).toEqual([true, false]);
    expect(await statusOf(username)).toEqual({
      app: false,
      passkeys: 0,
      recoveryCodesLeft: 0,
      fewRecoveryCodes: false,
      since: null,
    });
    expect((await app.visitor().logIn(username, PASSWORD)).location).toBe(paths.store());
    const again = await visitor.submit(paths.removeAuthenticatorApp(), { code: String(codes[1]) });
    expect(alertsOf((await visitor.follow(again)).text)).toContain(
      `info: Information: ${APP_REMOVAL_TEXTS.none}`,
    );
  });

  test('leaves two-factor on while there is a passkey', async () => {
    const { username, visitor } = await addMember();
    const { codes } = await setUpApp(app, visitor);
    await addPasskey(username);
    await visitor.submit(paths.removeAuthenticatorApp(), { code: String(codes[0]) });
    expect(await statusOf(username)).toMatchObject({ app: false, passkeys: 1, recoveryCodesLeft: 9 });
    expect((await app.visitor().logIn(username, PASSWORD)).location).toBe(paths.secondFactor());
  });

  test('is refused to who must have a second factor and has no other, and uses up no code', async () => {
    const { username, visitor } = await addMember('mod-mina', 'moderator');
    const { key } = await setUpApp(app, visitor);
    const code = appCode(app, key);
    for (const ask of [
      () => visitor.get(paths.removeAuthenticatorApp()),
      () => visitor.post(paths.removeAuthenticatorApp(), { code }),
    ]) {
      const page = await visitor.follow(await ask());
      expect(alertsOf(page.text)[0]).toMatch(/^danger: Error: This store asks you to have two-factor/);
      expect(page.text).not.toContain(`href="${paths.removeAuthenticatorApp()}"`);
    }
    await addPasskey(username);
    await visitor.post(paths.removeAuthenticatorApp(), { code });
    expect(await statusOf(username)).toMatchObject({ app: false, passkeys: 1 });
  });
});

test('a session that was ended while it was setting an app up, by another device that did the same, sets up none', async () => {
  const { username, visitor } = await addMember();
  const user = (await findUser(app.context.db, (await rowOf(username)).id)) as User;
  const setup = goOnWithSetup(app.context, user.id, undefined);
  const { key } = setupDetails(app.context, user, setup);
  await setUpApp(app, visitor);
  const client = { address: '', network: '', userAgent: '', browserToken: undefined };
  const form = { userId: user.id, keyHash: 'of a form' };
  const late = { user, form, client, sessionHash: 'of a session that was ended' };
  const input = { code: appCode(app, key) };
  expect(await confirmApp(app.context, late, setup, input)).toMatchObject({ ok: false });
  expect((await findApp(app.context.db, user.id))?.encryptedKey).not.toBe(setup.encryptedKey);
  expect((await visitor.get(paths.store())).status).toBe(200);
});
