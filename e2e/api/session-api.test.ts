import { TEXTS as RESET_LINKS_TEXTS } from '../../src/accounts/password-reset/reset-links.ts';
import { insertUser, NO_PASSWORD } from '../../src/accounts/users.table.ts';
import { TEXTS as GUEST_TEXTS } from '../../src/api/session/guests.ts';
import { paths } from '../../src/paths.ts';
import { setUpApp } from '../support/authenticator-app.ts';
import { openFrontEnd, serveFrontEnd } from '../support/front-end.ts';
import { Mailbox } from '../support/mailbox.ts';
import { openMembers, PASSWORD } from '../support/members.ts';
import { expect, test } from '../support/test.ts';

const NEW = 'Oak-bench-under-9-stars!';

test('a front end on another origin uses the whole session API', async ({ browser, openStore }) => {
  const frontEnd = await serveFrontEnd();
  const store = await openStore({ ALLOWED_ORIGINS: frontEnd.origin, REQUIRE_2FA: 'none' });
  const members = await openMembers(store);
  const mailbox = new Mailbox(members.context);
  // Not watched as pages are: the front end is to be refused things, and the browser logs each.
  const context = await browser.newContext({ baseURL: store.url });
  const page = await context.newPage();
  const call = await openFrontEnd(page, frontEnd.origin, store.url);
  const expectAnswer = async (request: Parameters<typeof call>, status: number, body: unknown) => {
    const answer = await call(...request);
    expect({ status: answer.status, body: answer.body }, request.slice(0, 2).join(' ')).toEqual({
      status,
      body,
    });
    return answer;
  };
  const ok = (msg: string) => ({ ok: true, msg });
  const logIn = (username: string, password: string) =>
    expectAnswer(['POST', '/login', { username, password }], 200, ok('login successful'));
  const tokenIn = async (subject: string, below: string) =>
    (await mailbox.link('carol@example.org', subject, below)).split('/').at(-1);
  const carol = { username: 'carol', email: 'carol@example.org', password: PASSWORD };

  await test.step('registers and confirms the address', async () => {
    const register = (form: object, status: number, error: string) =>
      expectAnswer(['POST', '/register', form], status, { ok: false, error });
    await members.get('alice');
    await register({ username: 'carol' }, 400, 'All fields required');
    await register({ ...carol, username: 'ca' }, 400, 'Use 3 to 30 characters.');
    await register({ ...carol, username: 'alice' }, 409, 'Username already taken');
    await register({ ...carol, email: 'alice@example.org' }, 409, 'Email already registered');
    await expectAnswer(['POST', '/register', carol], 201, ok('User registered'));
    const token = await tokenIn('Please confirm your e-mail address', paths.verifyEmail(''));
    await expectAnswer(['POST', `/verify/${token}`], 200, ok(GUEST_TEXTS.verified));
    await expectAnswer(['POST', `/verify/${token}`], 400, { error: 'Invalid token' });
  });

  await test.step('logs in, and out', async () => {
    await expectAnswer(['GET', '/current_user'], 200, { ok: false, user: null });
    await expectAnswer(['GET', '/profile'], 401, { error: 'Login required' });
    await expectAnswer(['POST', '/login', {}], 400, { error: 'missing credentials' });
    const wrong = { username: 'carol', password: 'wrong' };
    await expectAnswer(['POST', '/login', wrong], 401, { error: 'invalid credentials' });
    await logIn('carol', PASSWORD);
    // HttpOnly: no script can read the session.
    expect(await page.evaluate('document.cookie')).toBe('');
    const user = { id: await carolsId(), username: 'carol', email: 'carol@example.org' };
    await expectAnswer(['GET', '/current_user'], 200, { ok: true, user });
    await expectAnswer(['POST', '/logout'], 200, ok('logged out'));
    expect(await context.cookies().then((all) => all.map(({ name }) => name))).toEqual(['gatehouse-browser']);
    await expectAnswer(['GET', '/current_user'], 200, { ok: false, user: null });
  });

  await test.step('changes the profile and the password', async () => {
    await logIn('carol@example.org', PASSWORD);
    const update = (form: object, status: number, body: object) =>
      expectAnswer(['PUT', '/update_profile', form], status, body);
    await update({ username: 'alice' }, 409, { error: 'Username already taken' });
    await update({ email: 'alice@example.org' }, 409, { error: 'Email already in use' });
    await update({ username: 'caroline' }, 200, ok('Profile updated'));
    await expectAnswer(['GET', '/profile'], 200, { username: 'caroline', email: 'carol@example.org' });
    const change = (current_password: string, status: number, body: object) =>
      expectAnswer(['PUT', '/change_password', { current_password, new_password: NEW }], status, body);
    await change('wrong', 401, { error: 'Current password incorrect' });
    await change(PASSWORD, 200, ok('Password changed'));
    await expectAnswer(['GET', '/profile'], 200, { username: 'caroline', email: 'carol@example.org' });
  });

  await test.step('resets a forgotten password', async () => {
    const sent = ok('If email exists, reset link sent');
    for (const email of ['stranger@example.org', carol.email]) {
      await expectAnswer(['POST', '/request_reset', { email }], 200, sent);
    }
    const token = await tokenIn(RESET_LINKS_TEXTS.subject, paths.resetLink(''));
    const reset = ['POST', `/reset_password/${token}`, { password: PASSWORD }] as const;
    await expectAnswer([...reset], 200, ok('Password reset successful'));
    await expectAnswer([...reset], 400, { error: 'Invalid or expired token' });
    await expectAnswer(['GET', '/profile'], 401, { error: 'Login required' });
  });

  await test.step('logs in with a second factor', async () => {
    await logIn('caroline', PASSWORD);
    const { codes } = await setUpApp(page);
    await expectAnswer(['POST', '/logout'], 200, ok('logged out'));
    const login = { username: 'caroline', password: PASSWORD };
    await expectAnswer(['POST', '/login', login], 401, { error: 'second factor required' });
    await expectAnswer(['POST', '/login', { ...login, code: codes[0] }], 200, ok('login successful'));
  });

  await test.step('lists the users, for admins', async () => {
    await expectAnswer(['GET', '/admin/users'], 403, { error: 'Admin access required' });
    await expectAnswer(['POST', '/logout'], 200, ok('logged out'));
    await expectAnswer(['GET', '/admin/users'], 401, { error: 'Login required' });
    await members.get('admin-ana');
    for (let number = 0; number < 100; number += 1) {
      const names = { username: `many-${number}`, email: `many-${number}@example.org` };
      const rest = { passwordHash: NO_PASSWORD, role: 'user', createdAt: 0, approvedAt: 0 } as const;
      await insertUser(members.context.db, { ...names, ...rest });
    }
    await logIn('admin-ana', PASSWORD);
    const { body, link } = await call('GET', '/admin/users');
    const { users } = body as { users: { id: number; username: string }[] };
    expect(users).toHaveLength(100);
    expect(users[0]).toEqual({ id: await members.idOf('alice'), username: 'alice' });
    expect(link).toBe(`</auth/admin/users?after=${users.at(-1)?.id}>; rel="next"`);
  });

  await test.step('reads how long to wait after too many wrong passwords', async () => {
    const guess = () => call('POST', '/login', { username: 'alice', password: 'wrong' });
    let answer = await guess();
    for (let time = 0; time < 5; time += 1) answer = await guess();
    expect(answer.status).toBe(429);
    expect(Number(answer.retryAfter)).toBeGreaterThan(0);
  });

  async function carolsId(): Promise<number> {
    return (await members.context.db('users').where({ username: 'carol' }).first('id')).id;
  }
  await context.close();
  await members.close();
  await frontEnd.stop();
});

test('a page of any other origin can neither read nor change anything, whatever it sends', async ({
  browser,
  openStore,
}) => {
  const friend = await serveFrontEnd();
  // A port of the same host is the same site: its requests carry the cookies. One of another site's do not.
  const strangers = [await serveFrontEnd(), await serveFrontEnd('127.0.0.1')];
  const store = await openStore({ ALLOWED_ORIGINS: friend.origin });
  const members = await openMembers(store);
  await members.get('alice');
  const context = await browser.newContext();
  const call = await openFrontEnd(await context.newPage(), friend.origin, store.url);
  await call('POST', '/login', { username: 'alice', password: PASSWORD });
  const expectStillIn = async (what: string) => {
    const { body } = await call('GET', '/profile');
    expect(body, what).toEqual({ username: 'alice', email: 'alice@example.org' });
  };
  await expectStillIn('after the login');

  for (const { origin } of strangers) {
    const page = await context.newPage();
    const strange = await openFrontEnd(page, origin, store.url);
    for (const [method, path, body] of [
      ['GET', '/current_user', undefined],
      ['POST', '/logout', undefined],
      ['POST', '/login', { username: 'alice', password: PASSWORD }],
      ['PUT', '/update_profile', { username: 'mallory' }],
    ] as const) {
      await expect(strange(method, path, body), `${method} ${path} from ${origin}`).rejects.toThrow(
        'Failed to fetch',
      );
    }
    for (const sent of ['', ", 'text/plain', '{}'", ", 'application/x-www-form-urlencoded', 'a=1'"]) {
      await page.evaluate(`fire('/logout'${sent})`);
      await expectStillIn(`after a request${sent} from ${origin}`);
    }
    for (const [encoding, fields] of [
      ['text/plain', `{ '{"a":"': '"}' }`],
      ['application/x-www-form-urlencoded', '{}'],
    ]) {
      await openFrontEnd(page, origin, store.url);
      const answered = page.waitForResponse(`${store.url}/auth/logout`);
      await page.evaluate(`sendForm('/logout', '${encoding}', ${fields})`);
      expect((await answered).status(), `a form as ${encoding} from ${origin}`).toBe(403);
      await page.waitForURL(`${store.url}/auth/logout`);
      await expectStillIn(`after a form from ${origin}`);
    }
    await page.close();
  }
  await context.close();
  await members.close();
  for (const { stop } of [friend, ...strangers]) await stop();
});
