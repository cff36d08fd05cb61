import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { updateUser } from '../../accounts/users.table.ts';
import { createApp } from '../../app.ts';
import { inTransaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import type { Role } from '../../permissions.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { FRONT_END, FrontEnd } from '../../testing/front-end.ts';
import { addPerson, PASSWORD, unconfirm } from '../../testing/people.ts';
import { sendRaw } from '../../testing/raw.ts';
import { filled, routesOf } from '../../testing/routes.ts';
import { setSettings } from '../../testing/settings.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ ALLOWED_ORIGINS: FRONT_END });
});
afterAll(() => app.close());
beforeEach(() => app.context.db('rate_limits').delete());

async function newMember(username: string, role?: Role): Promise<FrontEnd> {
  await addPerson(app.context, username, role);
  const page = new FrontEnd(app);
  expect((await page.post('/login', { username, password: PASSWORD })).status).toBe(200);
  return page;
}

const idOf = async (username: string): Promise<number> =>
  (await app.context.db('users').where({ username }).first('id')).id;
const change = async (username: string, ...[fields]: [Parameters<typeof updateUser>[2]]) => {
  const id = await idOf(username);
  await inTransaction(app.context.db, (trx) => updateUser(trx, id, fields));
};

/** Every route below `/auth`, with what it answers to somebody who sends nothing. */
async function walk(page: FrontEnd): Promise<Record<string, number | string>> {
  const seen: Record<string, number | string> = {};
  const routes = routesOf(createApp(app.context)).filter(({ path }) => path.startsWith(paths.sessionApi()));
  // Last, for who is logged in.
  routes.sort((a, b) => Number(a.path.endsWith('/logout')) - Number(b.path.endsWith('/logout')));
  for (const { method, path } of routes) {
    const target = filled(path).slice(paths.sessionApi().length);
    const { status, body } = await page.send(method, target);
    seen[`${method} ${path.slice(paths.sessionApi().length)}`] = body.error
      ? `${status} ${body.error}`
      : status;
  }
  return seen;
}

describe('every registered route', () => {
  const toAll = {
    'POST /register': '400 All fields required',
    'POST /login': '400 missing credentials',
    'POST /logout': 200,
    'GET /current_user': 200,
    'POST /request_reset': 200,
    'POST /reset_password/:token': '400 Invalid or expired token',
    'POST /verify/:token': '400 Invalid token',
  };
  const login = '401 Login required';
  const toMembers = {
    'GET /profile': 200,
    'PUT /update_profile': 200,
    'PUT /change_password': '401 Current password incorrect',
  };

  test('needs a login unless it is on the list of open ones', async () => {
    expect(await walk(new FrontEnd(app))).toEqual({
      ...toAll,
      ...{ 'GET /profile': login, 'PUT /update_profile': login, 'PUT /change_password': login },
      'GET /admin/users': login,
    });
  });

  test('is for members, but the list of members, which is for admins with a second factor', async () => {
    for (const [name, role] of [
      ['alice', 'user'],
      ['mod-mina', 'moderator'],
    ] as const) {
      expect(await walk(await newMember(name, role))).toEqual({
        ...{ ...toAll, ...toMembers },
        'GET /admin/users': '403 Admin access required',
      });
    }
    const ana = await newMember('ana', 'admin');
    expect((await ana.get('/admin/users')).status).toBe(403);
    await change('ana', { twoFactorSince: app.context.clock() });
    expect(await walk(ana)).toEqual({ ...toAll, ...toMembers, 'GET /admin/users': 200 });
  });

  test('is the only one: anything else is shut to guests, and not there for members', async () => {
    const bob = await newMember('bob');
    for (const target of ['', '/', '/nothing', '/admin', '/login/x', '/reset_password', '/verify/a/b']) {
      expect((await new FrontEnd(app).get(target)).body).toEqual({ error: 'Login required' });
      const { status, body } = await bob.get(target);
      expect([target, status, typeof body.error]).toEqual([target, 404, 'string']);
    }
  });

  test('says which method it takes', async () => {
    const cleo = await newMember('cleo');
    for (const [method, target, allow] of [
      ['GET', '/login', 'POST, OPTIONS'],
      ['DELETE', '/current_user', 'GET, HEAD, OPTIONS'],
      ['PATCH', '/update_profile', 'PUT, OPTIONS'],
    ] as const) {
      const answer = await cleo.send(method, target);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
      expect(Object.keys(answer.body)).toEqual(['error']);
    }
  });
});

test('who is not let in yet looks after the account, and so does who owes a second factor in part', async () => {
  const dora = await newMember('dora');
  await unconfirm(app.context, 'dora');
  const statuses = async () => ({
    profile: (await dora.get('/profile')).status,
    update: (await dora.put('/update_profile', {})).status,
    password: (await dora.put('/change_password', {})).status,
    other: (await dora.get('/nothing')).body.error,
  });
  await setSettings(app.context, { membership: 'verified' });
  const notIn = 'Your membership is not open yet';
  expect(await statuses()).toEqual({ profile: 200, update: 200, password: 401, other: notIn });
  await setSettings(app.context, { membership: 'open', require2fa: 'all' });
  const owes = 'Two-factor authentication must be set up first, in the account pages of the store';
  expect(await statuses()).toEqual({ profile: 200, update: 403, password: 403, other: owes });
  expect((await dora.get('/current_user')).body.user.username).toBe('dora');
  expect((await dora.post('/logout')).status).toBe(200);
  await setSettings(app.context, { require2fa: 'staff' });
});

test('who is disabled, locked or leaving is told so, but only with the right password, and is out at once', async () => {
  const shut = { disabled_at: 1 } as const;
  for (const [name, fields, words] of [
    ['emil', { closingAt: 1 }, /was closed/],
    ['fred', { lockedAt: 1 }, /is locked/],
    ['gina', undefined, /has been disabled/],
  ] as const) {
    const page = await newMember(name);
    if (fields) await change(name, fields);
    else await app.context.db('users').where({ username: name }).update(shut);
    expect((await page.get('/profile')).status).toBe(401);
    const wrong = await page.post('/login', { username: name, password: 'wrong' });
    expect([wrong.status, wrong.body]).toEqual([401, { error: 'invalid credentials' }]);
    const right = await page.post('/login', { username: name, password: PASSWORD });
    expect([right.status, Object.keys(right.body)]).toEqual([403, ['error']]);
    expect(right.body.error).toMatch(words);
  }
});

test('wrong passwords here and on the login page are counted as one', async () => {
  await addPerson(app.context, 'hugo');
  const page = new FrontEnd(app);
  const guess = () => page.post('/login', { username: 'hugo', password: 'wrong' });
  for (let time = 0; time < 2; time += 1) {
    expect((await guess()).status).toBe(401);
    expect((await app.visitor().logIn('hugo', 'wrong')).status).toBe(422);
  }
  expect((await guess()).status).toBe(401);
  for (const answer of [await guess(), await page.post('/login', { username: 'hugo', password: PASSWORD })]) {
    expect([answer.status, Object.keys(answer.body)]).toEqual([429, ['error']]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect((await app.visitor().logIn('hugo', PASSWORD)).status).toBe(429);
});

describe('a body that makes no sense is refused, and is no fault of ours', () => {
  const deep = (open: string, close: string) => `${open.repeat(10_000)}1${close.repeat(10_000)}`;
  const login = JSON.stringify({ username: 'alice', password: PASSWORD });
  const head = (target: string) => [
    `POST ${paths.sessionApi()}${target} HTTP/1.1`,
    'Content-Type: application/json',
    `Origin: ${FRONT_END}`,
  ];

  test.each([
    ['of 1 MB', `{"username":"${'x'.repeat(1_000_000)}"}`, 413],
    ['nested 10,000 deep', `{"username":${deep('[', ']')}}`, 400],
    ['of 10,000 objects in each other', deep('{"a":', '}'), 400],
    ['with bytes that are no UTF-8', '{"username":"\xff\xfe","password":"x"}', 400],
    ['with a NUL', '{"username":"al\\u0000ice","password":"x"}', 400],
    ['with half a character', '{"username":"\\ud800","password":"x"}', 400],
    ['cut off', login.slice(0, -3), 400],
    ['with something behind it', `${login}x`, 400],
    ['that is a list', `[${login}]`, 400],
    ['that is a text', '"alice"', 400],
    ['that is null', 'null', 400],
    ['of wrong types', '{"username":{"$ne":1},"password":true}', 400],
    ['with names that mean something', '{"__proto__":{"username":"alice","password":"x"}}', 400],
    ['with more of them', '{"constructor":1,"toString":2,"hasOwnProperty":3,"__proto__":null}', 400],
  ])('one %s', async (_what, body, status) => {
    for (const target of ['/login', '/register']) {
      const answer = await sendRaw(app.url, head(target), body);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(typeof JSON.parse(answer.text).error).toBe('string');
      expect(answer.text).not.toMatch(/\.ts|node_modules| at /);
    }
    expect(({} as { username?: string }).username).toBeUndefined();
    await expectNoFault(app);
  });

  test('of a name that is given twice the last one counts', async () => {
    const body = `{"username":"nobody-here","username":"alice","password":"x","password":"${PASSWORD}"}`;
    expect((await sendRaw(app.url, head('/login'), body)).status).toBe(200);
  });

  test('in other letters or packings it is 415, and an address that makes no sense is 400', async () => {
    const typed = (type: string) => [...head('/login').filter((line) => !line.startsWith('Content')), type];
    for (const type of ['Content-Type: application/json; charset=utf-16', 'Content-Type: application/xml']) {
      expect((await sendRaw(app.url, typed(type), login)).status).toBe(415);
    }
    expect((await sendRaw(app.url, [...head('/login'), 'Content-Encoding: rot13'], login)).status).toBe(415);
    for (const target of ['/verify/%ff', '/verify/%00', '/reset_password/%c3']) {
      const answer = await sendRaw(app.url, head(target), '{}');
      expect([answer.status, typeof JSON.parse(answer.text).error]).toEqual([400, 'string']);
    }
    await expectNoFault(app);
  });
});

test('a fault of ours is JSON that says nothing of it', async () => {
  const ida = await newMember('ida');
  await change('ida', { role: 'admin', twoFactorSince: app.context.clock() });
  const rename = (from: string, to: string) =>
    app.context.db.schema.alterTable('users', (table) => table.renameColumn(from, to));
  await rename('erased_at', 'elsewhere');
  const answer = await ida.get('/admin/users');
  await rename('elsewhere', 'erased_at');
  expect([answer.status, Object.keys(answer.body)]).toEqual([500, ['error']]);
  expect(JSON.stringify(answer.body)).not.toMatch(/erased|select|users|\.ts/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});
