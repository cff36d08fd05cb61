import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TEXTS as EMAILS_TEXTS } from '../../accounts/emails.ts';
import { TEXTS as RESET_LINKS_TEXTS } from '../../accounts/password-reset/reset-links.ts';
import { answerResetRequests } from '../../accounts/password-reset/reset-requests.ts';
import { TEXTS as PASSWORDS_TEXTS } from '../../accounts/passwords.ts';
import { TEXTS as PASSWORD_CHANGE_TEXTS } from '../../accounts/profile/password-change.ts';
import { insertUser } from '../../accounts/users.table.ts';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { appCode, setUpApp } from '../../testing/authenticator.ts';
import { FRONT_END, FrontEnd } from '../../testing/front-end.ts';
import { actionPath, lastMailTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { TEXTS as GUEST_TEXTS } from './guests.ts';

// Clients exist: what stands here in words and numbers is the contract, to the letter.

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ ALLOWED_ORIGINS: FRONT_END, REQUIRE_2FA: 'none' });
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());
beforeEach(() => app.context.db('rate_limits').delete());

const NEW = 'Oak-bench-under-9-stars!';

const frontEnd = () => new FrontEnd(app);

async function loggedIn(username: string, password = PASSWORD): Promise<FrontEnd> {
  const page = frontEnd();
  expect((await page.post('/login', { username, password })).status).toBe(200);
  return page;
}

/** Adds somebody of this name who is logged in. */
async function newMember(username: string, role?: 'admin'): Promise<{ page: FrontEnd; id: number }> {
  const id = await addPerson(app.context, username, role);
  return { page: await loggedIn(username), id };
}

const tokenTo = async (address: string, subject: string) =>
  actionPath(await lastMailTo(app.context, address, subject))
    .split('/')
    .at(-1);

describe('POST /auth/register', () => {
  const bob = { username: 'bob', email: 'bob@example.org', password: PASSWORD };

  test('makes a member', async () => {
    expect(await frontEnd().post('/register', bob)).toMatchObject({
      status: 201,
      body: { ok: true, msg: 'User registered' },
    });
    await loggedIn('bob');
  });

  test('refuses names that are taken, whoever asks and also when the same form comes twice', async () => {
    const username = { ok: false, error: 'Username already taken' };
    const email = { ok: false, error: 'Email already registered' };
    for (const [form, body] of [
      [bob, username],
      [{ ...bob, username: 'ALICE', email: 'new@example.org' }, username],
      [{ ...bob, username: 'newbob', email: 'BOB@example.org' }, email],
    ]) {
      const answer = await frontEnd().post('/register', form);
      expect([answer.status, answer.body]).toEqual([409, body]);
    }
  });

  test('wants all fields, as text', async () => {
    for (const value of [undefined, '', 7, null, ['bob'], { bob: 1 }]) {
      for (const field of ['username', 'email', 'password']) {
        const answer = await frontEnd().post('/register', { ...bob, [field]: value });
        expect([answer.status, answer.body]).toEqual([400, { ok: false, error: 'All fields required' }]);
      }
    }
  });

  test('says what a rule says', async () => {
    const answer = await frontEnd().post('/register', { ...bob, username: 'c', email: 'c@example.org' });
    expect([answer.status, answer.body]).toEqual([400, { ok: false, error: 'Use 3 to 30 characters.' }]);
    const two = await frontEnd().post('/register', { ...bob, username: 'admin', password: 'admin' });
    expect(two.status).toBe(400);
    expect(two.body.error).toMatch(/^This name is reserved.* Use at least 8 characters/);
  });
});

describe('POST /auth/login', () => {
  test('opens a session by name or address, under a new id each time', async () => {
    const page = frontEnd();
    const ids = new Set<string | undefined>();
    for (const username of ['alice', 'Alice@example.org']) {
      const answer = await page.post('/login', { username, password: PASSWORD, unknown: [1] });
      expect([answer.status, answer.body]).toEqual([200, { ok: true, msg: 'login successful' }]);
      expect(answer.headers.getSetCookie().join()).toMatch(
        /gatehouse=[^;]+; Path=\/; HttpOnly; SameSite=Lax/,
      );
      ids.add(page.browser.cookies.get('gatehouse'));
    }
    expect(ids.size).toBe(2);
    // The pages know the session as well.
    expect((await page.browser.get(paths.store())).status).toBe(200);
  });

  test('refuses', async () => {
    for (const [form, status, error] of [
      [{}, 400, 'missing credentials'],
      [{ username: 'alice' }, 400, 'missing credentials'],
      [{ username: ' ', password: PASSWORD }, 400, 'missing credentials'],
      [{ username: 'alice', password: ['x'] }, 400, 'missing credentials'],
      [{ username: 'alice', password: 'wrong' }, 401, 'invalid credentials'],
      [{ username: 'nobody-here', password: PASSWORD }, 401, 'invalid credentials'],
    ] as const) {
      const answer = await frontEnd().post('/login', form);
      expect([answer.status, answer.body]).toEqual([status, { error }]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  test('asks for a code with two-factor on, and takes it along with the rest', async () => {
    const { page } = await newMember('tess');
    const { key, codes } = await setUpApp(app, page.browser);
    const attempt = async (code?: unknown) => {
      const { status, body } = await frontEnd().post('/login', {
        username: 'tess',
        password: PASSWORD,
        code,
      });
      return [status, body];
    };
    for (const none of [undefined, '', null, 123456]) {
      expect(await attempt(none)).toEqual([401, { error: 'second factor required' }]);
    }
    for (const wrong of ['000000', 'x'.repeat(500)]) {
      expect(await attempt(wrong)).toEqual([401, { error: 'invalid code' }]);
    }
    expect(await attempt(appCode(app, key))).toEqual([200, { ok: true, msg: 'login successful' }]);
    expect(await attempt(codes[0])).toEqual([200, { ok: true, msg: 'login successful' }]);
    expect(await attempt(codes[0])).toEqual([401, { error: 'invalid code' }]);
  });
});

test('POST /auth/logout ends the session on the server and in the browser, also for who has none', async () => {
  const page = await loggedIn('alice');
  const stolen = new FrontEnd(app);
  for (const [name, value] of page.browser.cookies) stolen.browser.cookies.set(name, value);
  const answer = await page.post('/logout');
  expect([answer.status, answer.body]).toEqual([200, { ok: true, msg: 'logged out' }]);
  expect(answer.headers.getSetCookie()).toEqual([
    'gatehouse=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax',
  ]);
  expect((await stolen.get('/profile')).status).toBe(401);
  expect(await app.context.db('sessions').whereNull('user_id')).toEqual([]);
  expect((await page.post('/logout', {})).body).toEqual({ ok: true, msg: 'logged out' });
});

test('GET /auth/current_user and /auth/profile say who it is', async () => {
  const guest = frontEnd();
  const nobody = await guest.get('/current_user');
  expect([nobody.status, nobody.body]).toEqual([200, { ok: false, user: null }]);
  const refused = await guest.get('/profile');
  expect([refused.status, refused.body]).toEqual([401, { error: 'Login required' }]);
  expect(guest.browser.cookies.size).toBe(0);

  const page = await loggedIn('alice');
  const { id } = await app.context.db('users').where({ username: 'alice' }).first('id');
  const user = { id, username: 'alice', email: 'alice@example.org' };
  expect(await page.get('/current_user')).toMatchObject({ status: 200, body: { ok: true, user } });
  expect((await page.get('/current_user')).body).toEqual({ ok: true, user });
  const profile = await page.get('/profile');
  expect([profile.status, profile.body]).toEqual([200, { username: 'alice', email: 'alice@example.org' }]);
});

describe('PUT /auth/update_profile', () => {
  const done = [200, { ok: true, msg: 'Profile updated' }];

  test('changes the name at once, and the address when its mail is answered', async () => {
    const { page } = await newMember('dan');
    const update = async (form: object) => {
      const { status, body } = await page.put('/update_profile', form);
      return [status, body];
    };
    expect(await update({ username: 'danny' })).toEqual(done);
    expect(await update({ email: 'danny@example.org' })).toEqual(done);
    expect(await update({})).toEqual(done);
    expect((await page.get('/profile')).body).toEqual({ username: 'danny', email: 'dan@example.org' });
    expect(await lastMailTo(app.context, 'danny@example.org')).toBeDefined();

    expect(await update({ username: 'Alice' })).toEqual([409, { error: 'Username already taken' }]);
    expect(await update({ email: 'alice@example.org' })).toEqual([409, { error: 'Email already in use' }]);
    expect(await update({ username: 'd' })).toEqual([400, { error: 'Use 3 to 30 characters.' }]);
    expect(await update({ email: ['a'] })).toEqual([400, { error: EMAILS_TEXTS.missing }]);
    for (const email of ['', '  ', null, [], {}]) {
      expect(await update({ username: 'dando', email })).toEqual([400, { error: EMAILS_TEXTS.missing }]);
    }
    expect((await page.get('/profile')).body).toEqual({ username: 'danny', email: 'dan@example.org' });
  });

  test('wants a login of the last five minutes, or the password with it', async () => {
    const { page } = await newMember('finn');
    const update = async (form: object) => {
      const { status, body } = await page.put('/update_profile', { username: 'finnegan', ...form });
      return [status, body];
    };
    app.passTime(5 * MINUTE);
    expect(await update({})).toEqual([403, { error: 'Recent login required' }]);
    expect(await update({ current_password: 'wrong' })).toEqual([
      401,
      { error: 'Current password incorrect' },
    ]);
    expect((await page.get('/profile')).body.username).toBe('finn');
    expect(await update({ current_password: PASSWORD })).toEqual(done);
  });
});

test('PUT /auth/change_password keeps this session under a new id, and ends all others', async () => {
  const { page } = await newMember('gwen');
  const other = await loggedIn('gwen');
  const before = new Map(page.browser.cookies);
  const change = async (current_password: unknown, new_password: unknown) => {
    const { status, body } = await page.put('/change_password', { current_password, new_password });
    return [status, body];
  };
  for (const wrong of ['wrong', undefined, ['x']]) {
    expect(await change(wrong, NEW)).toEqual([401, { error: 'Current password incorrect' }]);
  }
  expect(await change(PASSWORD, undefined)).toEqual([400, { error: PASSWORDS_TEXTS.missing }]);
  expect(await change(PASSWORD, PASSWORD)).toEqual([400, { error: PASSWORD_CHANGE_TEXTS.same }]);
  expect(await change(PASSWORD, NEW)).toEqual([200, { ok: true, msg: 'Password changed' }]);
  expect((await page.get('/profile')).status).toBe(200);
  expect((await other.get('/profile')).status).toBe(401);
  const stolen = frontEnd();
  for (const [name, value] of before) stolen.browser.cookies.set(name, value);
  expect((await stolen.get('/profile')).status).toBe(401);
  await loggedIn('gwen', NEW);
});

describe('a forgotten password', () => {
  const sent = [200, { ok: true, msg: 'If email exists, reset link sent' }];

  /** Asks for a link as the front end does, and gives its token. */
  async function tokenFor(email: string): Promise<string | undefined> {
    const { status, body } = await frontEnd().post('/request_reset', { email });
    expect([status, body]).toEqual(sent);
    await answerResetRequests(app.context);
    return tokenTo(email, RESET_LINKS_TEXTS.subject);
  }

  test('POST /auth/request_reset says the same whatever was asked', async () => {
    await app.context.throttles.resets.take('127.0.0.1');
    await app.context.db('rate_limits').update({ points: 1_000 });
    for (const form of [
      { email: 'stranger@example.org' },
      { email: 'no address' },
      { email: 7 },
      {},
      undefined,
    ]) {
      const { status, body } = await frontEnd().post('/request_reset', form);
      expect([status, body]).toEqual(sent);
    }
  });

  test('POST /auth/reset_password/TOKEN takes a new one, once, and ends every session', async () => {
    const { page } = await newMember('hana');
    const token = await tokenFor('hana@example.org');
    const reset = async (from: FrontEnd, form: object, shown = token) => {
      const { status, body } = await from.post(`/reset_password/${shown}`, form);
      return [status, body];
    };
    const dead = [400, { error: 'Invalid or expired token' }];
    expect(await reset(page, { password: NEW }, 'made-up')).toEqual(dead);
    expect(await reset(page, {})).toEqual([400, { error: PASSWORDS_TEXTS.missing }]);
    expect((await page.get('/profile')).status).toBe(200);
    expect(await reset(page, { password: NEW })).toEqual([
      200,
      { ok: true, msg: 'Password reset successful' },
    ]);
    expect(await reset(page, { password: NEW })).toEqual(dead);
    expect((await page.get('/current_user')).body).toEqual({ ok: false, user: null });
    await loggedIn('hana', NEW);
  });

  test('asks for a code with two-factor on', async () => {
    const { page } = await newMember('ida');
    const { key } = await setUpApp(app, page.browser);
    const token = await tokenFor('ida@example.org');
    const reset = async (code?: string) => {
      const { status, body } = await frontEnd().post(`/reset_password/${token}`, { password: NEW, code });
      return [status, body];
    };
    expect(await reset()).toEqual([401, { error: 'second factor required' }]);
    expect(await reset('000000')).toEqual([401, { error: 'invalid code' }]);
    expect(await reset(appCode(app, key))).toEqual([200, { ok: true, msg: 'Password reset successful' }]);
  });
});

test('POST /auth/verify/TOKEN confirms an address, once, without a body', async () => {
  const jo = { username: 'jo-ann', email: 'jo@example.org', password: PASSWORD };
  await frontEnd().post('/register', jo);
  const token = await tokenTo('jo@example.org', 'Please confirm your e-mail address');
  const good = await frontEnd().post(`/verify/${token}`);
  expect([good.status, good.body]).toEqual([200, { ok: true, msg: GUEST_TEXTS.verified }]);
  for (const dead of [token, 'made-up', '%20']) {
    const answer = await frontEnd().post(`/verify/${dead}`, {});
    expect([answer.status, answer.body]).toEqual([400, { error: 'Invalid token' }]);
  }
});

test('GET /auth/admin/users gives admins all accounts that are not erased, 100 a page', async () => {
  for (const [page, status, error] of [
    [frontEnd(), 401, 'Login required'],
    [await loggedIn('alice'), 403, 'Admin access required'],
  ] as const) {
    const answer = await page.get('/admin/users');
    expect([answer.status, answer.body]).toEqual([status, { error }]);
  }

  const { page } = await newMember('ana', 'admin');
  const { db, clock } = app.context;
  const [{ id: last }] = await db('users').orderBy('id', 'desc').limit(1).select('id');
  for (let number = 100; number < 300; number += 1) {
    const account = { username: `member-${number}`, email: `m${number}@example.org`, passwordHash: '!' };
    await insertUser(db, { ...account, role: 'user', createdAt: clock(), approvedAt: clock() });
  }
  await db('users').where({ username: 'member-150' }).update({ erased_at: clock() });

  const first = await page.get(`/admin/users?after=${last}&unknown=1`);
  expect(first.status).toBe(200);
  expect(Object.keys(first.body)).toEqual(['users']);
  expect(first.body.users).toHaveLength(100);
  expect(Object.keys(first.body.users[0])).toEqual(['id', 'username']);
  const next = `/auth/admin/users?after=${first.body.users.at(-1).id}`;
  expect(first.headers.get('link')).toBe(`<${next}>; rel="next"`);
  const second = await page.get(next.slice('/auth'.length));
  expect(second.headers.get('link')).toBeNull();
  const names = [...first.body.users, ...second.body.users].map(({ username }) => username);
  const all = Array.from({ length: 200 }, (_, index) => `member-${100 + index}`);
  expect(names).toEqual(all.filter((name) => name !== 'member-150'));
  for (const query of ['after=x', 'after=1&after=2', 'after=-1', 'after=']) {
    const answer = await page.get(`/admin/users?${query}`);
    expect([answer.status, answer.body]).toEqual([400, { error: 'after must be the id of a user' }]);
  }
});
