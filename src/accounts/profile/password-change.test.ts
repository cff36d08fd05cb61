import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { makeLink } from '../links.ts';
import { TEXTS as LOGIN_TEXTS } from '../login/login.ts';
import { TEXTS as RECENT_LOGIN_TEXTS } from '../login/recent-login.ts';
import { TEXTS as PASSWORDS_TEXTS } from '../passwords.ts';
import { THROTTLE } from '../throttle-limits.ts';
import { TEXTS as PASSWORD_TEXTS } from './password.page.ts';
import { TEXTS as PASSWORD_CHANGE_TEXTS } from './password-change.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const NEW = 'Another-lantern-at-9!';

const form = (password = NEW, current = PASSWORD) => ({
  current_password: current,
  password,
  password_confirmation: password,
});
const change = (visitor: Visitor, fields: Record<string, string>) => visitor.submit(paths.password(), fields);
const idOf = async (username: string): Promise<number> =>
  (await app.context.db('users').where({ username }).first('id')).id;
const canLogIn = async (username: string, password: string) =>
  (await app.visitor().logIn(username, password)).status === 303;

describe('a change of the password', () => {
  test('takes the current one and makes the new one the only one (ASVS 6.2.3)', async () => {
    const alice = await signIn(app, 'alice');
    const answer = await change(alice, form());
    expect(answer).toMatchObject({ status: 303, location: paths.account() });
    const page = (await alice.follow(answer)).text;
    expect(alertsOf(page)).toEqual([`success: Success: ${PASSWORD_TEXTS.done}`]);
    expect(textOf(page)).toContain('Changed just now');
    expect(textOf(page)).toContain('The password was changed.');
    expect([await canLogIn('alice', PASSWORD), await canLogIn('alice', NEW)]).toEqual([false, true]);
    const [notice] = await mailsTo(app.context, 'alice@example.org');
    expect(notice?.message.subject).toBe('Your password was changed');
  });

  test('ends all other sessions and goes on in this one under a new id (ASVS 7.4.3)', async () => {
    const bob = await signIn(app, 'bob');
    const others = [app.visitor(), app.visitor()];
    for (const other of others) await other.logIn('bob', PASSWORD);
    const before = new Map(bob.cookies);
    await change(bob, form());
    expect((await bob.get(paths.store())).status).toBe(200);
    for (const other of others) expect((await other.get(paths.store())).location).toBe(paths.login());
    const captured = app.visitor();
    for (const [name, value] of before) captured.cookies.set(name, value);
    expect((await captured.get(paths.store())).location).toBe(paths.login());
  });

  test('ends links for a reset and another address, and the trust in browsers', async () => {
    const { db, clock } = app.context;
    const carol = await signIn(app, 'carol');
    const userId = await idOf('carol');
    await db('known_browsers').update({ trusted_until: clock() + DAY });
    await db.transaction(async (trx) => {
      for (const purpose of ['reset-password', 'new-email', 'old-email'] as const) {
        await makeLink(trx, clock(), { purpose, userId });
      }
    });
    await change(carol, form());
    const live = await db('account_links').where({ user_id: userId, dead_at: null }).pluck('purpose');
    expect(live.sort()).toEqual(['not-me', 'old-email']);
    const [browser] = await db('known_browsers').where({ user_id: userId });
    expect(browser.trusted_until).toBeNull();
  });

  test('ends a session whose login was on its way while it changed', async () => {
    const late = await signIn(app, 'lena');
    // The change of another process: it could not end a session that was not there yet.
    const changed = { password_changed_at: app.context.clock() };
    await app.context.db('users').where('username', 'lena').update(changed);
    expect((await late.get(paths.store())).location).toBe(paths.login());
  });

  test('opens the login with the password again where strangers had slowed it down', async () => {
    const dave = await signIn(app, 'dave');
    await app.context.db('known_networks').delete();
    const { login } = app.context.throttles;
    const account = `user ${await idOf('dave')}`;
    for (let count = 0; count < THROTTLE.perAccount.points; count += 1) {
      await login.take({ login: 'dave', account, network: `10.0.0.${count}` });
    }
    expect((await app.visitor().logIn('dave', PASSWORD)).status).toBe(429);
    await change(dave, form());
    expect(await canLogIn('dave', NEW)).toBe(true);
  });
});

describe('a form that is refused', () => {
  test('without the current password changes nothing and says all that is wrong at once (ASVS 6.2.3)', async () => {
    const erin = await signIn(app, 'erin');
    for (const [fields, errors] of [
      [{}, [LOGIN_TEXTS.password, PASSWORDS_TEXTS.missing, PASSWORDS_TEXTS.repeat]],
      [form(NEW, 'wrong'), [RECENT_LOGIN_TEXTS.wrong, '', '']],
      [form(NEW, 'x'.repeat(10_000)), [RECENT_LOGIN_TEXTS.wrong, '', '']],
      [{ ...form(), password_confirmation: 'other' }, ['', '', PASSWORDS_TEXTS.mismatch]],
      [form(PASSWORD), ['', PASSWORD_CHANGE_TEXTS.same, '']],
      [form('Erin-of-the-9-roads!'), ['', `${PASSWORDS_TEXTS.username} ${PASSWORDS_TEXTS.email}`, '']],
    ] as [Record<string, string>, string[]][]) {
      const answer = await change(erin, fields);
      expect(answer.status).toBe(422);
      const found = ['current-password', 'password', 'password-confirmation'].map((field) =>
        errorOf(answer.text, field).replace('Error: ', ''),
      );
      expect(found).toEqual(errors);
      expect(answer.text).not.toContain(NEW);
    }
    expect(await canLogIn('erin', PASSWORD)).toBe(true);
    expect(await mailsTo(app.context, 'erin@example.org')).not.toContainEqual(
      expect.objectContaining({ message: expect.objectContaining({ subject: 'Your password was changed' }) }),
    );
  });

  test('counts wrong passwords as failed logins, and stops', async () => {
    const frank = await signIn(app, 'frank');
    for (let count = 0; count < THROTTLE.perBrowser.points; count += 1) {
      expect((await change(frank, form(NEW, `wrong ${count}`))).status).toBe(422);
    }
    const stopped = await change(frank, form());
    expect(stopped.status).toBe(429);
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(alertsOf(stopped.text).join()).toContain('Too many wrong attempts.');
  });

  test('with fields of another kind is no fault', async () => {
    const gina = await signIn(app, 'gina');
    await gina.get(paths.password());
    expect(
      (await gina.post(paths.password(), { 'password[]': 'x', 'current_password[a]': 'y' })).status,
    ).toBe(422);
    await expectNoFault(app);
  });
});

describe('two changes at once', () => {
  test('to different passwords from one current one: the second is told so', async () => {
    const visitors = [await signIn(app, 'helen'), app.visitor()];
    await visitors[1]?.logIn('helen', PASSWORD);
    await Promise.all(visitors.map((visitor) => visitor.get(paths.password())));
    const chosen = ['First-lantern-at-9!', 'Second-lantern-at-9!'];
    const answers = await Promise.all(
      visitors.map((visitor, index) => visitor.post(paths.password(), form(chosen[index]))),
    );
    const winner = answers.findIndex(({ status }) => status === 303);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
    expect(errorOf(answers[1 - winner]?.text ?? '', 'current-password')).not.toBe('');
    expect(await canLogIn('helen', chosen[winner] ?? '')).toBe(true);
    expect(await canLogIn('helen', chosen[1 - winner] ?? '')).toBe(false);
  });

  test('by a double click are one', async () => {
    const ines = await signIn(app, 'ines');
    await ines.get(paths.password());
    const answers = await Promise.all([
      ines.post(paths.password(), form()),
      ines.post(paths.password(), form()),
    ]);
    expect(answers.map(({ location }) => location)).toEqual([paths.account(), paths.account()]);
    expect((await ines.get(paths.account())).status).toBe(200);
    expect((await mailsTo(app.context, 'ines@example.org')).length).toBe(1);
  });
});
