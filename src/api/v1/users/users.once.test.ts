import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SCOPE_NAMES } from '../../../accounts/api-tokens/scopes.ts';
import { TEXTS as EMAILS_TEXTS } from '../../../accounts/emails.ts';
import { TEXTS as RECENT_LOGIN_TEXTS } from '../../../accounts/login/recent-login.ts';
import { TEXTS as NEW_ACCOUNT_TEXTS } from '../../../accounts/new-account.ts';
import { personalOf } from '../../../audit/audit.ts';
import { readAllOf } from '../../../audit/audit-log.table.ts';
import type { Role } from '../../../permissions.ts';
import { MINUTE } from '../../../shared/clock.ts';
import { type ApiAnswer, ApiClient } from '../../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../../testing/app.ts';
import { lastMailTo } from '../../../testing/mailbox.ts';
import { addPerson, PASSWORD } from '../../../testing/people.ts';
import { setSettings } from '../../../testing/settings.ts';
import { addPersonalToken } from '../../../testing/tokens.ts';

const NEW = 'Another-lantern-at-9!';

let app: TestApp;
let ana: ApiClient;
const ids: Record<string, number> = {};
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  ids.ana = await addPerson(app.context, 'ana', 'admin');
  ids.mina = await addPerson(app.context, 'mod-mina', 'moderator');
  ana = await programOf('ana');
});
afterAll(() => app.close());
beforeEach(() => app.context.db('rate_limits').delete());

async function programOf(username: string, password = PASSWORD): Promise<ApiClient> {
  const program = new ApiClient(app.url);
  await program.logIn(username, password, 'roles:write');
  return program;
}

/** Somebody new, with a program that has just logged in. */
async function joined(
  username: string,
  role?: Role,
): Promise<{ id: number; program: ApiClient; path: string }> {
  const id = await addPerson(app.context, username, role);
  return { id, program: await programOf(username), path: `/users/${id}` };
}

const errorsOf = ({ json }: ApiAnswer): Record<string, string> =>
  Object.fromEntries(
    (json.errors ?? []).map((error: Record<string, string>) => [
      error.pointer ?? error.parameter,
      error.detail,
    ]),
  );
const typeOf = ({ json }: ApiAnswer) => json.type.split('#')[1];
const tagOf = async (program: ApiClient, path: string) => ({
  headers: { 'if-match': (await program.get(path)).headers.get('etag') ?? '' },
});
const lastActionOf = async (id: number) => {
  const row = (await readAllOf(app.context.db, id)).at(-1);
  return row && [row.action, row.actorId, personalOf(row).details];
};

describe('who registers', () => {
  const register = (body: unknown) => new ApiClient(app.url).post('/users', body);

  test('has an account, as MEMBERSHIP says, and can log in', async () => {
    await setSettings(app.context, { membership: 'approval' });
    const answer = await register({ username: 'carol', email: 'carol@example.org', password: PASSWORD });
    await setSettings(app.context, { membership: 'open' });
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/api/v1/users/${answer.json.id}`]);
    expect(answer.json).toMatchObject({ username: 'carol', role: 'user', standing: 'waiting' });
    const carol = await programOf('carol');
    const again = await carol.get(`/users/${answer.json.id}`);
    expect([again.status, again.json.standing]).toEqual([200, 'in']);
  });

  test('reads of every wrong field at once, also of names that are taken', async () => {
    await addPerson(app.context, 'cleo');
    const taken = await register({ username: 'CLEO', email: 'Cleo@Example.org', password: 'short' });
    expect([taken.status, Object.keys(errorsOf(taken))]).toEqual([
      422,
      ['#/password', '#/username', '#/email'],
    ]);
    expect(errorsOf(taken)['#/username']).toBe(NEW_ACCOUNT_TEXTS.usernameTaken);
    const wrong = await register({ username: 'a', email: 'x' });
    expect(Object.keys(errorsOf(wrong))).toEqual(['#/username', '#/email', '#/password']);
  });

  test('is shown no account that is there already, whose password they know', async () => {
    const form = { username: 'vera', email: 'vera@example.org', password: PASSWORD };
    expect((await register(form)).status).toBe(201);
    // Two-factor may have been turned on since.
    const again = await register(form);
    expect([again.status, Object.keys(errorsOf(again))]).toEqual([422, ['#/username', '#/email']]);
  });

  test('gives no role (ASVS 8.2.3)', async () => {
    const form = { username: 'rita', email: 'rita@example.org', password: PASSWORD };
    const answer = await register({ ...form, role: 'admin', reason: 'I like it' });
    expect([answer.status, Object.keys(errorsOf(answer))]).toEqual([422, ['#/role', '#/reason']]);
    expect((await register({ ...form, approved_at: 1 })).status).toBe(422);
  });

  test('reads the same of a new address and of one that has an account, where addresses are confirmed (ASVS 6.3.8)', async () => {
    await setSettings(app.context, { membership: 'verified' });
    const answers = [];
    for (const email of ['uma@example.org', 'Uma@example.org'])
      answers.push(await register({ username: `new-${answers.length}`, email, password: PASSWORD }));
    await setSettings(app.context, { membership: 'open' });
    expect(answers.map(({ status, json }) => [status, json])).toEqual(Array(2).fill([202, undefined]));
    const names = await app.context.db('users').whereIn('username', ['new-0', 'new-1']).pluck('username');
    expect(names).toEqual(['new-0']);
  });

  test('waits after the twentieth account of an hour from one network', async () => {
    for (let count = 0; count < 20; count += 1) await app.context.throttles.registration.take('127.0.0.1');
    const answer = await register({ username: 'late', email: 'late@example.org', password: PASSWORD });
    expect([answer.status, typeOf(answer)]).toEqual([429, 'too-many-requests']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('an admin adds somebody', () => {
  test('who chooses a password through a mailed link, which the answer does not have', async () => {
    const form = { username: 'dora', email: 'dora@example.org', role: 'moderator', reason: 'Joins us.' };
    const answer = await ana.post('/users', form);
    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/api/v1/users/${answer.json.id}`]);
    expect(answer.json).toMatchObject({ username: 'dora', role: 'moderator', state: 'active' });
    expect(JSON.stringify(answer.json)).not.toContain('reset');
    expect((await lastMailTo(app.context, 'dora@example.org')).message.paragraphs.join()).toContain(
      'Joins us.',
    );
    const once = await ana.post('/users', { ...form, role: 'king', reason: ' ' });
    expect(Object.keys(errorsOf(once)).sort()).toEqual(['#/email', '#/reason', '#/role', '#/username']);
    const secret = await ana.post('/users', { ...form, password: PASSWORD });
    expect(Object.keys(errorsOf(secret))).toEqual(['#/password']);
  });

  test('and nobody else does', async () => {
    const form = { username: 'ella', email: 'ella@example.org', role: 'user', reason: 'x' };
    const mina = await programOf('mod-mina');
    expect(typeOf(await mina.post('/users', form))).toBe('forbidden');
    expect((await mina.post('/users', form, { token: 'garbage' })).status).toBe(401);
    app.passTime(6 * 60_000);
    expect(typeOf(await ana.post('/users', form))).toBe('recent-login-required');
    ana = await programOf('ana');
  });
});

describe('the list of members', () => {
  test('goes through all of them once, newest first, and leaves out who was erased', async () => {
    for (const name of ['walk-1', 'walk-2', 'walk-3', 'walk-4', 'walk-5']) {
      app.passTime(1);
      await addPerson(app.context, name);
    }
    await app.context.db('users').where('username', 'walk-2').update({ erased_at: 1 });
    const names: string[] = [];
    let next = '/users?role=user&limit=2';
    while (next) {
      const { json, headers } = await ana.get(next);
      names.push(...json.data.map(({ username }: { username: string }) => username));
      const [, link = ''] = /^<\/api\/v1([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '') ?? [];
      expect(link === '').toBe(json.next_cursor === null);
      next = link;
    }
    expect(names.slice(0, 4)).toEqual(['walk-5', 'walk-4', 'walk-3', 'walk-1']);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('carol');
  });

  test('is filtered as in the back office, for moderators as well, and tells them no more', async () => {
    const mina = await programOf('mod-mina');
    const namesOf = async (query: string) =>
      (await mina.get(`/users?${query}`)).json.data.map(({ username }: { username: string }) => username);
    expect(await namesOf('role=admin')).toEqual(['ana']);
    expect(await namesOf('q=MOD-m')).toEqual(['mod-mina']);
    expect(await namesOf('state=waiting')).toEqual([]);
    const { json } = await mina.get('/users?role=admin');
    expect(Object.keys(json.data[0])).toEqual([
      'id',
      'username',
      'email',
      'email_verified',
      'role',
      'two_factor',
      'state',
      'created_at',
    ]);
  });
});

describe('the own profile', () => {
  test('is changed by who has read it; a new address waits for its proof', async () => {
    const { program, path, id } = await joined('fay');
    const body = { username: 'fay-2', email: 'fay@new.example.org' };
    expect((await program.send('PATCH', path, { body })).status).toBe(428);
    const read = await tagOf(program, path);
    const answer = await program.send('PATCH', path, { body, ...read });
    expect([answer.status, answer.json]).toMatchObject([
      200,
      { username: 'fay-2', email: 'fay@example.org', pending_email: 'fay@new.example.org' },
    ]);
    expect(answer.headers.get('etag')).toBe((await program.get(path)).headers.get('etag'));
    expect(typeOf(await program.send('PATCH', path, { body: { username: 'fay-3' }, ...read }))).toBe(
      'precondition-failed',
    );
    expect((await lastMailTo(app.context, 'fay@new.example.org')).message.subject).toContain('confirm');
    expect((await lastActionOf(id))?.[0]).toBe('email.change-requested');
  });

  test('of two changes at the same instant one is refused', async () => {
    const { program, path } = await joined('gus');
    const read = await tagOf(program, path);
    const answers = await Promise.all(
      ['gus-1', 'gus-2'].map((username) => program.send('PATCH', path, { body: { username }, ...read })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  test('is refused by the rules of the page, field by field', async () => {
    const { program, path } = await joined('hal');
    const read = await tagOf(program, path);
    const patch = (body: unknown) => program.send('PATCH', path, { body, ...read });
    const taken = await patch({ username: 'ana', email: 'ANA@example.org' });
    expect([taken.status, Object.keys(errorsOf(taken))]).toEqual([422, ['#/username', '#/email']]);
    expect(Object.keys(errorsOf(await patch({ role: 'admin', id: 1 })))).toEqual(['#/role', '#/id']);
    expect((await patch({})).json.username).toBe('hal');
    for (const email of ['', '  ']) {
      const empty = await patch({ username: 'hall', email });
      expect([empty.status, errorsOf(empty)]).toEqual([422, { '#/email': EMAILS_TEXTS.missing }]);
    }
    expect((await program.get('/me')).json).toMatchObject({ username: 'hal', email: 'hal@example.org' });
    for (const name of ['a', 'b', 'c'])
      expect((await patch({ email: `${name}@x.example` })).status).toBeLessThan(413);
  });
});

describe('the own password', () => {
  const put = (program: ApiClient, path: string, body: unknown) =>
    program.send('PUT', `${path}/password`, { body });

  test('is changed by who knows it, and ends every login (ASVS 7.4.3)', async () => {
    const { program, path } = await joined('ida');
    const other = await programOf('ida');
    const browser = app.visitor();
    await browser.logIn('ida', PASSWORD);
    const wrong = await put(program, path, { current_password: 'wrong', new_password: 'ida' });
    expect(errorsOf(wrong)).toMatchObject({ '#/current_password': RECENT_LOGIN_TEXTS.wrong });
    expect(Object.keys(errorsOf(wrong)).sort()).toEqual(['#/current_password', '#/new_password']);
    expect((await put(program, path, { current_password: PASSWORD, new_password: NEW })).status).toBe(204);
    for (const ended of [program, other]) expect((await ended.get('/me')).status).toBe(401);
    expect((await browser.get('/account')).location).toBe('/login');
    expect((await (await programOf('ida', NEW)).get('/me')).status).toBe(200);
  });

  test('is left as it is when the account is not as read, where If-Match says so', async () => {
    const { program, path } = await joined('milo');
    const body = { current_password: PASSWORD, new_password: NEW };
    const put = (ifMatch: string) =>
      program.send('PUT', `${path}/password`, { body, headers: { 'if-match': ifMatch } });
    const refused = await put('"other"');
    expect([refused.status, typeOf(refused)]).toEqual([412, 'precondition-failed']);
    expect((await program.get('/me')).status).toBe(200);
    const { headers } = await tagOf(program, path);
    expect((await put(headers['if-match'])).status).toBe(204);
  });

  test('cannot be tried out: the sixth wrong one in a minute waits', async () => {
    const { program, path } = await joined('jo');
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      statuses.push((await put(program, path, { current_password: 'wrong', new_password: NEW })).status);
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
  });
});

describe('a role', () => {
  const put = (id: number, role: string, headers: Record<string, string>) =>
    ana.send('PUT', `/users/${id}/role`, { body: { role, reason: 'As agreed.' }, headers });

  test('is given by an admin who has read what there is, and counts at once (ASVS 8.3.2)', async () => {
    const { program, path, id } = await joined('kim');
    expect((await program.get('/tasks')).status).toBe(403);
    const { headers } = await tagOf(ana, path);
    const answer = await put(id, 'moderator', headers);
    expect([answer.status, answer.json.role]).toEqual([200, 'moderator']);
    expect((await program.get('/tasks')).status).toBe(200);
    expect(await lastActionOf(id)).toEqual([
      'role.changed',
      ids.ana,
      { from: 'user', to: 'moderator', reason: 'As agreed.' },
    ]);
    expect((await put(id, 'admin', headers)).status).toBe(412);
    // What it is already.
    expect((await put(id, 'moderator', { 'if-match': '*' })).status).toBe(200);
  });

  test('is written down with the token that was shown, of which there may be several (ASVS 16.2.1)', async () => {
    const { id, path } = await joined('ned');
    const token = await addPersonalToken(app.context, ids.ana ?? 0, { scopes: 'users:read users:write' });
    const headers = { 'if-match': '*' };
    const body = { role: 'moderator', reason: 'As agreed.' };
    await ana.send('PUT', `${path}/role`, { headers, body });
    await ana.send('DELETE', `${path}?reason=x`, { token });
    const done = ['role.changed', 'account.deleted'];
    const rows = (await readAllOf(app.context.db, id)).filter(({ action }) => done.includes(action));
    const [{ id: number }] = await app.context
      .db('personal_access_tokens')
      .where('user_id', ids.ana)
      .select('id');
    expect(rows.map((row) => personalOf(row).token)).toEqual([
      'the login of a program',
      `personal access token ${number}`,
    ]);
  });

  test('is given by no personal access token, and no member is added with one', async () => {
    const { path } = await joined('pat');
    const scopes = SCOPE_NAMES.join(' ');
    const token = await addPersonalToken(app.context, ids.ana ?? 0, { scopes });
    const headers = { 'if-match': '*' };
    const refusals: ApiAnswer[] = [];
    for (const role of ['admin', 'moderator', 'user']) {
      const body = { role, reason: 'As agreed.' };
      refusals.push(await ana.send('PUT', `${path}/role`, { token, headers, body }));
    }
    const added = (username: string, role: string) =>
      ana.post('/users', { username, email: `${username}@x.example`, role, reason: 'Joins.' }, { token });
    refusals.push(await added('paul', 'admin'), await added('paul', 'moderator'));
    for (const refused of refusals) {
      expect([refused.status, typeOf(refused)]).toEqual([403, 'insufficient-scope']);
      expect(refused.json.detail).toContain('Personal access tokens cannot do this.');
    }
    expect((await ana.get(path)).json.role).toBe('user');
    expect(await app.context.db('users').where('username', 'paul')).toEqual([]);
    expect((await added('paul', 'user')).status).toBe(201);
  });

  test('takes a login that asks for it, within five minutes, which no refresh renews', async () => {
    const { id } = await joined('quin');
    const any = { 'if-match': '*' };
    const give = (program: ApiClient, role = 'moderator') =>
      program.send('PUT', `/users/${id}/role`, { body: { role, reason: 'As agreed.' }, headers: any });
    const add = (program: ApiClient, role: string) =>
      program.post('/users', { username: 'rob', email: 'rob@x.example', role, reason: 'Joins.' });
    const unasked = new ApiClient(app.url);
    await unasked.logIn('ana', PASSWORD);
    for (const refused of [await give(unasked), await add(unasked, 'moderator')]) {
      expect([refused.status, typeOf(refused)]).toEqual([403, 'insufficient-scope']);
      expect(refused.headers.get('www-authenticate')).toContain('scope="roles:write"');
    }
    expect(typeOf(await new ApiClient(app.url).logIn('ana', PASSWORD, 'all'))).toBe('invalid-input');

    const asked = new ApiClient(app.url);
    const { json } = await asked.logIn('ana', PASSWORD, 'roles:write');
    expect((await give(asked)).status).toBe(200);
    expect((await add(asked, 'moderator')).status).toBe(201);
    app.passTime(6 * MINUTE);
    expect(typeOf(await give(asked, 'admin'))).toBe('recent-login-required');
    const refreshed = await asked.post('/refresh', { refresh_token: json.refresh_token });
    const later = new ApiClient(app.url, refreshed.json.access_token);
    for (const role of ['admin', 'user'])
      expect(typeOf(await give(later, role))).toBe('recent-login-required');
    ana = await programOf('ana');
    expect((await give(ana, 'user')).status).toBe(200);
  });

  test('is refused on the own account, for who is not there, and for who is about to be erased', async () => {
    const any = { 'if-match': '*' };
    expect(typeOf(await put(ids.ana ?? 0, 'user', any))).toBe('forbidden');
    expect(typeOf(await put(987_654, 'user', any))).toBe('not-found');
    const { id } = await joined('lea');
    await app.context.db('users').where({ id }).update({ closing_at: 1 });
    expect(typeOf(await put(id, 'admin', any))).toBe('conflict');
  });
});

describe('the deletion of a member', () => {
  test('shuts the account at once, with a reason that is written down', async () => {
    const { program, path, id } = await joined('max');
    const remove = (target = path) => ana.send('DELETE', target);
    expect(Object.keys(errorsOf(await remove()))).toEqual(['reason']);
    expect((await remove(`${path}?reason=As%20asked.`)).status).toBe(204);
    expect((await program.get('/me')).status).toBe(401);
    const [action, by, details] = (await lastActionOf(id)) ?? [];
    expect([action, by, details]).toMatchObject(['account.deleted', ids.ana, { reason: 'As asked.' }]);
    expect((await ana.get(path)).json.state).toBe('closing');
    expect(typeOf(await remove(`${path}?reason=x`))).toBe('conflict');
    expect(typeOf(await remove(`/users/${ids.ana}?reason=x`))).toBe('forbidden');
  });

  test('is of the member as read, where If-Match says so (RFC 9110, 13.1.1)', async () => {
    const { path, id } = await joined('dell');
    const remove = (ifMatch: string) =>
      ana.send('DELETE', `${path}?reason=Asked`, { headers: { 'if-match': ifMatch } });
    const { headers } = await tagOf(ana, path);
    await app.context.db('users').where({ id }).update({ role: 'moderator' });
    expect((await remove(headers['if-match'])).status).toBe(412);
    expect((await ana.get(path)).json.state).toBe('active');
    const fresh = await tagOf(ana, path);
    expect((await remove(fresh.headers['if-match'])).status).toBe(204);
    const other = await joined('dean');
    const any = { headers: { 'if-match': '*' } };
    expect((await ana.send('DELETE', `${other.path}?reason=Asked`, any)).status).toBe(204);
  });

  test('of two admins who delete each other at the same instant one stays', async () => {
    const [nora, omar] = [await joined('nora', 'admin'), await joined('omar', 'admin')];
    const answers = await Promise.all([
      nora.program.send('DELETE', `${omar.path}?reason=x`),
      omar.program.send('DELETE', `${nora.path}?reason=x`),
    ]);
    const statuses = answers.map(({ status }) => status).sort();
    expect([
      [204, 401],
      [204, 403],
    ]).toContainEqual(statuses);
  });
});
