import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAllOf } from '../audit/audit-log.table.ts';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { type Answer, alertsOf, errorOf, hiddenOf } from '../testing/visitor.ts';
import { DOOR_TEXTS } from './door-texts.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

function sessionCookieOf({ headers }: Answer): string {
  return headers.getSetCookie().find((line) => line.startsWith('gatehouse=')) ?? '';
}

test('the agreed messages, word for word', async () => {
  const wanda = app.visitor();
  const alertAfter = async (answer: Answer) => alertsOf((await wanda.follow(answer)).text)[0];
  expect(await alertAfter(await wanda.get(paths.store()))).toBe('warning: Warning: Please log in first.');
  expect(await alertAfter(await wanda.register('wanda', PASSWORD))).toBe(
    'success: Success: Registration successful! Please log in.',
  );
  expect(alertsOf((await wanda.logIn('wanda', 'wrong')).text)[0]).toBe(
    'danger: Error: Invalid username or password. Try again.',
  );
  expect(await alertAfter(await wanda.logIn('wanda', PASSWORD))).toBe(
    'success: Success: Login successful! Welcome back, wanda.',
  );
  expect(await alertAfter(await wanda.post(paths.logout()))).toBe(
    'info: Information: You have been logged out successfully.',
  );
});

describe('registering', () => {
  test('leads to the login page, and the new member gets in', async () => {
    const carol = app.visitor();
    const sent = await carol.register('carol', PASSWORD);
    expect([sent.status, sent.location]).toEqual([303, paths.login()]);
    expect(alertsOf((await carol.follow(sent)).text)).toEqual([`success: Success: ${DOOR_TEXTS.registered}`]);
    expect((await carol.logIn('carol', PASSWORD)).location).toBe(paths.store());
  });

  test('tells every error of the form at once, keeps what was typed and never a password', async () => {
    const answer = await app.visitor().submit(paths.register(), {
      username: 'a"b',
      email: 'nobody',
      password: 'short',
      password_confirmation: 'other',
    });
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'username')).toBe(
      'Error: Use only letters from A to Z, digits, dots, underscores and hyphens.',
    );
    expect(errorOf(answer.text, 'email')).toBe('Error: Enter an e-mail address such as name@example.org.');
    expect(errorOf(answer.text, 'password')).toContain(
      'Use at least 8 characters. Add an upper-case letter.',
    );
    expect(errorOf(answer.text, 'password-confirmation')).toBe('Error: The two passwords are not the same.');
    expect(answer.text).toContain('value="a&#34;b"');
    expect(answer.text).not.toContain('short');
  });

  test('says of an empty form what each field wants', async () => {
    const answer = await app.visitor().submit(paths.register());
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'username')).toBe('Error: Enter a username.');
    expect(errorOf(answer.text, 'email')).toBe('Error: Enter an e-mail address.');
    expect(errorOf(answer.text, 'password')).toBe('Error: Enter a password.');
    expect(errorOf(answer.text, 'password-confirmation')).toBe('Error: Enter the password once more.');
  });

  test('refuses a username and an e-mail that exist, in any case, also beside other errors', async () => {
    const answer = await app.visitor().submit(paths.register(), {
      username: 'ALICE',
      email: 'Alice@Example.org',
      password: 'x',
      password_confirmation: 'x',
    });
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'username')).toBe('Error: This username is already taken.');
    expect(errorOf(answer.text, 'email')).toBe('Error: An account with this e-mail address already exists.');
    expect(errorOf(answer.text, 'password')).toContain('Use at least 8 characters.');
  });

  test('gives a name to one of those who ask for it at the same instant', async () => {
    const visitors = Array.from({ length: 6 }, () => app.visitor());
    for (const visitor of visitors) await visitor.get(paths.register());
    const answers = await Promise.all(
      visitors.map((visitor, index) =>
        visitor.post(paths.register(), {
          username: index % 2 ? 'twin' : 'TWIN',
          email: `twin-${index}@example.org`,
          password: PASSWORD,
          password_confirmation: PASSWORD,
        }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 422, 422, 422, 422, 422]);
    const refused = answers.filter((answer) => answer.status === 422);
    expect(refused.map((answer) => errorOf(answer.text, 'username'))).toEqual(
      refused.map(() => 'Error: This username is already taken.'),
    );
  });

  describe('with the same form once more', () => {
    const FORM = {
      username: 'dana',
      email: 'dana@example.org',
      password: PASSWORD,
      password_confirmation: PASSWORD,
    };

    test('because the answer did not come is the registration that it was', async () => {
      const visitor = app.visitor();
      const { text } = await visitor.get(paths.register());
      const sent = { ...FORM, form_key: hiddenOf(text, 'form_key') };
      const answers = await Promise.all([1, 2].map(() => visitor.post(paths.register(), sent)));
      answers.push(await visitor.post(paths.register(), sent));
      expect(answers.map(({ status, location }) => [status, location])).toEqual(
        Array(3).fill([303, paths.login()]),
      );
      expect(alertsOf((await visitor.get(paths.login())).text)).toContain(
        `success: Success: ${DOOR_TEXTS.registered}`,
      );
      expect(await app.context.db('users').where('username_key', 'dana').select('id')).toHaveLength(1);
    });

    test('made anew with the same names is not: they are taken', async () => {
      const answer = await app.visitor().register('dana', PASSWORD);
      expect([answer.status, errorOf(answer.text, 'username')]).toEqual([
        422,
        'Error: This username is already taken.',
      ]);
    });
  });

  test('with the names and the password of somebody else says that they are taken, and tries no password', async () => {
    const id = await addPerson(app.context, 'ana', 'admin');
    await app.context.db('rate_limits').delete();
    for (const password of [PASSWORD, `${PASSWORD}x`]) {
      const answer = await app.visitor().register('ana', password);
      expect(answer.status).toBe(422);
      expect(errorOf(answer.text, 'username')).toBe('Error: This username is already taken.');
    }
    expect(await readAllOf(app.context.db, id)).toEqual([]);
    const keys: string[] = await app.context.db('rate_limits').pluck('key');
    expect(keys.filter((key) => key.startsWith('login'))).toEqual([]);
  });

  test('ignores fields that are none of its business (ASVS 8.2.3)', async () => {
    const visitor = app.visitor();
    await visitor.submit(paths.register(), {
      username: 'mallory',
      email: 'mallory@example.org',
      password: PASSWORD,
      password_confirmation: PASSWORD,
      role: 'admin',
      disabled_at: '0',
      id: '1',
    });
    const row = await app.context.db('users').where('username', 'mallory').first();
    expect(row).toMatchObject({ role: 'user', disabled_at: null });
  });
});

describe('logging in', () => {
  test.each(['alice', 'ALICE', 'alice@example.org', ' Alice@Example.ORG '])('works as "%s"', async (name) => {
    const visitor = app.visitor();
    const answer = await visitor.logIn(name, PASSWORD);
    expect([answer.status, answer.location]).toEqual([303, paths.store()]);
    const store = await visitor.follow(answer);
    expect(store.status).toBe(200);
    expect(alertsOf(store.text)).toEqual([`success: Success: ${DOOR_TEXTS.welcome('alice')}`]);
    expect(store.text).toContain('Welcome, alice');
    expect(alertsOf((await visitor.get(paths.store())).text)).toEqual([]);
  });

  test('says the same of a wrong password and of an unknown name', async () => {
    const wrong = await app.visitor().logIn('alice', `${PASSWORD}x`);
    const unknown = await app.visitor().logIn('nobody-here', PASSWORD);
    for (const answer of [wrong, unknown]) {
      expect(answer.status).toBe(422);
      expect(alertsOf(answer.text)).toEqual([`danger: Error: ${DOOR_TEXTS.wrong}`]);
      expect(answer.text).not.toContain(PASSWORD);
    }
    expect(wrong.text).toContain('value="alice"');
  });

  test('asks for what is missing beside the field', async () => {
    const answer = await app.visitor().submit(paths.login(), { username: '  ' });
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'username')).toBe('Error: Enter your username or e-mail address.');
    expect(errorOf(answer.text, 'password')).toBe('Error: Enter your password.');
  });

  test('changes the session id and kills the old one (ASVS 7.2.4)', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    const before = new Map(visitor.cookies);
    await visitor.logIn('alice', PASSWORD);
    expect(visitor.cookies.get('gatehouse')).not.toBe(before.get('gatehouse'));

    const thief = app.visitor();
    for (const [name, value] of before) thief.cookies.set(name, value);
    expect((await thief.get(paths.store())).location).toBe(paths.login());
  });

  test('ignores a session id that somebody else chose', async () => {
    const visitor = app.visitor();
    visitor.cookies.set('gatehouse', 's%3Achosen.signature');
    await visitor.logIn('alice', PASSWORD);
    expect(visitor.cookies.get('gatehouse')).not.toContain('chosen');
  });

  test('tells a disabled member so, but only with the right password', async () => {
    const id = await addPerson(app.context, 'dora');
    await app.context.db('users').where({ id }).update({ disabled_at: 1 });
    const answer = await app.visitor().logIn('dora', PASSWORD);
    expect(answer.status).toBe(422);
    expect(alertsOf(answer.text)).toEqual([
      'danger: Error: This account has been disabled. Please ask the store.',
    ]);
    expect(alertsOf((await app.visitor().logIn('dora', 'wrong')).text)).toEqual([
      `danger: Error: ${DOOR_TEXTS.wrong}`,
    ]);
  });

  test('without "remember me" gives a cookie that ends with the browser, with it one of 14 days', async () => {
    const session = await app.visitor().logIn('alice', PASSWORD);
    expect(sessionCookieOf(session)).toMatch(/^gatehouse=[^;]+; Path=\/; HttpOnly; SameSite=Lax$/);
    const remembered = await app.visitor().logIn('alice', PASSWORD, { remember: '1' });
    const expires = /Expires=([^;]+)/.exec(sessionCookieOf(remembered))?.[1] ?? '';
    expect((Date.parse(expires) - Date.now()) / 86_400_000).toBeCloseTo(14, 2);
  });
});

describe('logging out', () => {
  test('ends the session on the server, and its message arrives all the same (ASVS 7.4.1)', async () => {
    const visitor = app.visitor();
    await visitor.follow(await visitor.logIn('alice', PASSWORD));
    const captured = new Map(visitor.cookies);
    const answer = await visitor.post(paths.logout());
    expect([answer.status, answer.location]).toEqual([303, paths.login()]);
    expect(alertsOf((await visitor.follow(answer)).text)).toEqual([
      `info: Information: ${DOOR_TEXTS.loggedOut}`,
    ]);

    const thief = app.visitor();
    for (const [name, value] of captured) thief.cookies.set(name, value);
    expect((await thief.get(paths.store())).location).toBe(paths.login());
  });

  test('by address shows a button and ends nothing (ASVS 3.5.3)', async () => {
    const visitor = app.visitor();
    await visitor.logIn('alice', PASSWORD);
    const page = await visitor.get(paths.logout());
    expect(page.status).toBe(200);
    expect(page.text).toContain('Log out');
    expect((await visitor.get(paths.store())).status).toBe(200);
  });
});

describe('who is signed in', () => {
  test.each([paths.login(), paths.register(), paths.home()])('goes from %s to the store', async (path) => {
    const visitor = app.visitor();
    await visitor.logIn('alice', PASSWORD);
    const answer = await visitor.get(path);
    expect([answer.status, answer.location]).toEqual([303, paths.store()]);
  });
});
