import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LOGIN_SCOPE_NAMES } from '../../accounts/api-tokens/scopes.ts';
import { personalOf } from '../../audit/audit.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { paths } from '../../paths.ts';
import { ROLES, type Role } from '../../permissions.ts';
import { DAY, MINUTE } from '../../shared/clock.ts';
import { hashToken, makeToken } from '../../shared/crypto/random-token.ts';
import { addTask } from '../../tasks/tasks.ts';
import { type ApiAnswer, ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { setSettings } from '../../testing/settings.ts';
import { allOperations } from '../openapi/operations.ts';
import type { Access, Operation } from './operation.ts';

// Every operation of the API, as everybody, against what is declared of it.

const NAMES: Record<Role, string> = { user: 'alice', moderator: 'mod-mina', admin: 'ana' };
/** Nobody has it. */
const NOBODY = 987_654;

let app: TestApp;
let operations: readonly Operation[];
const ids = {} as Record<Role, number>;
beforeAll(async () => {
  app = await startTestApp();
  operations = allOperations(app.context);
  for (const role of ROLES) ids[role] = await addPerson(app.context, NAMES[role], role);
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.context.db('rate_limits').delete();
  await setSettings(app.context, { require2fa: 'none', membership: 'open' });
});

const nameOf = ({ method, path }: Operation) => `${method.toUpperCase()} ${path}`;
const guarded = () =>
  operations.flatMap((operation) =>
    operation.access === 'open' ? [] : [{ ...operation, access: operation.access }],
  );

/** Asks for nothing that would do anything: an id that nobody has, and nothing in the body. */
function ask(
  client: ApiClient,
  { method, path }: Operation,
  id: number | string = NOBODY,
): Promise<ApiAnswer> {
  const body = method === 'get' || method === 'delete' ? undefined : {};
  return client.send(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, String(id)), { body });
}

/** A program that has just logged in, and asked for all that a login can ask for unless said otherwise. */
async function programOf(role: Role, asks = true): Promise<ApiClient> {
  const program = new ApiClient(app.url);
  await program.logIn(NAMES[role], PASSWORD, asks ? LOGIN_SCOPE_NAMES.join(' ') : undefined);
  return program;
}

/** A program with a personal access token. */
async function tokenOf(role: Role, scopes: string): Promise<ApiClient> {
  const token = `gatehouse_pat_${makeToken()}`;
  const now = app.context.clock();
  await app.context.db('personal_access_tokens').insert({
    user_id: ids[role],
    token_hash: hashToken(token),
    name: 'test',
    scopes,
    created_at: now,
    expires_at: now + DAY,
  });
  return new ApiClient(app.url, token);
}

const typeOf = ({ json }: ApiAnswer): string => String(json?.type ?? '').split('#')[1] ?? '';

test('a guest is asked for a token, but for what is open', async () => {
  const guest = new ApiClient(app.url);
  for (const operation of operations) {
    const { status, headers } = await ask(guest, operation);
    expect([nameOf(operation), status < 500]).toEqual([nameOf(operation), true]);
    if (operation.access === 'open') expect([401, 403]).not.toContain(status);
    else expect([nameOf(operation), status]).toEqual([nameOf(operation), 401]);
    expect(headers.getSetCookie()).toEqual([]);
  }
});

/** What is said to a program that has just logged in and asks for what is nobody's. */
function refusalOf({ may, self }: Access, role: Role): string | undefined {
  if (self === 'only') return 'forbidden';
  if (may === undefined || may({ role })) return undefined;
  return self === undefined ? 'forbidden' : 'not-found';
}

test.each(ROLES)('%s may do in a program what is declared and nothing else (ASVS 8.2.1)', async (role) => {
  for (const operation of guarded()) {
    await app.context.db('rate_limits').delete();
    const answer = await ask(await programOf(role), operation);
    const refusal = refusalOf(operation.access, role);
    const said = typeOf(answer);
    if (refusal) expect([nameOf(operation), said]).toEqual([nameOf(operation), refusal]);
    else expect([nameOf(operation), answer.status < 500, said]).not.toContain('forbidden');
  }
});

test.each(ROLES)('%s may do with a personal access token what its scopes say', async (role) => {
  const none = await tokenOf(role, '');
  for (const operation of guarded()) {
    const { scope, orScope } = operation.access;
    const refused = await ask(none, operation);
    const challenge = `error="insufficient_scope"${scope ? `, scope="${scope}"` : ''}`;
    expect([nameOf(operation), refused.status, typeOf(refused)]).toEqual([
      nameOf(operation),
      403,
      'insufficient-scope',
    ]);
    expect(refused.headers.get('www-authenticate')).toBe(`Bearer realm="gatehouse", ${challenge}`);
    if (scope === undefined) continue;
    for (const enough of [scope, ...(orScope ? [orScope] : [])]) {
      const allowed = await ask(await tokenOf(role, `tasks:none ${enough}`), operation);
      expect([nameOf(operation), typeOf(allowed)]).not.toContain('insufficient-scope');
    }
  }
});

test.each(ROLES)('%s may not do in a program what its login did not ask for', async (role) => {
  const refused: string[] = [];
  for (const operation of guarded()) {
    await app.context.db('rate_limits').delete();
    const { loginScope } = operation.access;
    const answer = await ask(await programOf(role, false), operation);
    expect([nameOf(operation), typeOf(answer) === 'insufficient-scope']).toEqual([
      nameOf(operation),
      loginScope !== undefined,
    ]);
    if (loginScope === undefined) continue;
    refused.push(nameOf(operation));
    expect(answer.headers.get('www-authenticate')).toContain(`scope="${loginScope}"`);
  }
  expect(refused).toEqual(['PUT /users/{id}/role']);
});

test.each(ROLES)('%s may look after the own account, and others are told nothing of it', async (role) => {
  for (const operation of guarded().filter(({ access }) => access.self !== undefined)) {
    const { self } = operation.access;
    const own = await ask(await programOf(role), operation, ids[role]);
    expect([nameOf(operation), own.status]).not.toContain(403);
    expect([nameOf(operation), own.status]).not.toContain(404);
    if (self !== undefined && self !== 'only') {
      const scoped = await ask(await tokenOf(role, self), operation, ids[role]);
      expect(scoped.status).toBe(200);
    }
    if (role !== 'user') continue;
    const alice = await programOf(role);
    const [somebody, nobody] = [await ask(alice, operation, ids.admin), await ask(alice, operation)];
    const { instance: _one, ...said } = somebody.json;
    const { instance: _other, ...same } = nobody.json;
    expect([somebody.status, said]).toEqual([nobody.status, same]);
  }
});

test('a scope that changes a thing by its entity tag reads that tag', async () => {
  const [{ id: task }] = [await addTask(app.context, { id: ids.admin, role: 'admin' }, { title: 'x' })] as [
    { id: number },
  ];
  for (const [scope, id] of [
    ['users:write', ids.user],
    ['tasks:write', task],
  ] as const) {
    const program = await tokenOf('admin', scope);
    const path = `/${scope.split(':')[0]}`;
    expect((await program.get(`${path}/${id}`)).headers.get('etag')).toMatch(/^".+"$/);
    expect((await program.get(path)).status).toBe(403);
  }
  expect((await (await tokenOf('admin', 'users:write')).get(`/users/${ids.admin}`)).status).toBe(403);
});

test('what needs a recent login is refused six minutes after it, but not to a token with its scope', async () => {
  const fresh = await programOf('admin');
  app.passTime(6 * MINUTE);
  for (const operation of guarded()) {
    const { recentLogin = false, self, scope } = operation.access;
    const id = self === 'only' ? ids.admin : NOBODY;
    if (nameOf(operation).startsWith('POST /logout')) continue;
    expect([nameOf(operation), typeOf(await ask(fresh, operation, id)) === 'recent-login-required']).toEqual([
      nameOf(operation),
      recentLogin,
    ]);
    if (recentLogin && scope) {
      const answer = await ask(await tokenOf('admin', scope), operation, id);
      expect([401, 403]).not.toContain(answer.status);
    }
  }
});

describe('who is not let in', () => {
  test('yet, may look after the own account alone', async () => {
    await app.context.db('users').where('id', ids.user).update({ approved_at: null });
    await setSettings(app.context, { membership: 'approval' });
    for (const operation of guarded()) {
      const { whileWaiting = false, self, may } = operation.access;
      if (may && self === undefined) continue;
      const answer = await ask(await programOf('user'), operation, self ? ids.user : 'mouse');
      expect([nameOf(operation), typeOf(answer) === 'membership-not-open']).toEqual([
        nameOf(operation),
        !whileWaiting,
      ]);
    }
    await app.context.db('users').where('id', ids.user).update({ approved_at: 1 });
  });

  test('before a second factor is set up, may see that and leave (ASVS 6.3.3)', async () => {
    await setSettings(app.context, { require2fa: 'staff' });
    for (const operation of guarded()) {
      const { may, whileOwing = false } = operation.access;
      const answer = await ask(await programOf('moderator'), operation);
      const owes = may !== undefined && !whileOwing;
      expect([nameOf(operation), typeOf(answer) === 'second-factor-setup-required']).toEqual([
        nameOf(operation),
        owes,
      ]);
    }
    await setSettings(app.context, { require2fa: 'all' });
    for (const operation of guarded()) {
      const answer = await ask(await programOf('user'), operation);
      const refused = typeOf(answer) === 'second-factor-setup-required';
      expect([nameOf(operation), refused]).toEqual([nameOf(operation), !operation.access.whileOwing]);
    }
  });
});

test('who tries to change what is not theirs to change leaves a row in the audit log (ASVS 16.3.1)', async () => {
  for (const operation of guarded()) {
    for (const counts of ['rate_limits', 'event_counts']) await app.context.db(counts).delete();
    const count = async () => (await readAllOf(app.context.db, ids.moderator)).length;
    const program = await programOf('moderator');
    const before = await count();
    const answer = await ask(program, operation);
    if (answer.status !== 403) continue;
    const denial = (await readAllOf(app.context.db, ids.moderator)).at(-1);
    const isRead = operation.method === 'get';
    expect([nameOf(operation), (await count()) - before]).toEqual([nameOf(operation), isRead ? 0 : 1]);
    if (isRead) continue;
    expect(denial).toMatchObject({ action: 'access.denied', actorId: ids.moderator });
    expect(denial && personalOf(denial).details).toEqual({
      method: operation.method.toUpperCase(),
      path: paths.api() + operation.path.replace('{id}', String(NOBODY)),
    });
  }
});
