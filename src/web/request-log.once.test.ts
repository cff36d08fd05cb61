import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { makeSetupToken } from '../accounts/registration/setup.ts';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { sendRaw } from '../testing/raw.ts';
import type { Answer } from '../testing/visitor.ts';

let app: TestApp;
let aliceId: number;
beforeAll(async () => {
  app = await startTestApp();
  aliceId = await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

const SOON = { timeout: 20_000 };

/** The lines that were logged for an answer. A line is written when the connection has done with the answer. */
async function linesOf(answer: Pick<Answer, 'headers'>): Promise<Record<string, unknown>[]> {
  const id = answer.headers.get('x-request-id');
  const find = () => app.log.map((line) => JSON.parse(line)).filter((line) => line.id === id);
  return vi.waitUntil(() => (find().length > 0 ? find() : undefined), SOON);
}

describe('each request is one line', () => {
  test('of a guest: id, method, route, status and time, and no user', async () => {
    const answer = await app.visitor().get(paths.login());
    const lines = await linesOf(answer);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 30,
      method: 'GET',
      route: '/login',
      status: 200,
      msg: 'request',
    });
    expect(lines[0]?.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(lines[0]?.ms).toBeTypeOf('number');
    expect(lines[0]).not.toHaveProperty('user');
  });

  test('of a member: with the number of the user, from the login on', async () => {
    const visitor = app.visitor();
    const login = await visitor.logIn('alice', PASSWORD);
    expect(await linesOf(login)).toMatchObject([{ method: 'POST', status: 303, user: aliceId }]);
    expect(await linesOf(await visitor.get(paths.store()))).toMatchObject([{ user: aliceId, status: 200 }]);
  });

  test('with the route’s pattern, never the address', async () => {
    const visitor = app.visitor();
    await visitor.logIn('alice', PASSWORD);
    const routes = async (path: string) => (await linesOf(await visitor.get(path))).map(({ route }) => route);
    expect(await routes(paths.product('laptop'))).toEqual(['/store/:slug']);
    expect(await routes(paths.picture('abc'))).toEqual(['/store/pictures/:hash']);
    expect(await routes(paths.setup('abc'))).toEqual(['/setup/:token']);
    expect(await routes('/nothing/here')).toEqual(['-']);
    expect(await routes(paths.asset('favicon.svg'))).toEqual(['-']);
    expect(await routes(paths.alive())).toEqual(['/healthz']);
  });

  test.each([
    ['a refused method', 'PROPFIND / HTTP/1.1', 405],
    ['an unreadable address', 'GET /store?q=%zz HTTP/1.1', 400],
    ['a guest sent to the login page', 'GET /store HTTP/1.1', 303],
    ['HEAD', 'HEAD /login HTTP/1.1', 200],
  ])('of %s too', async (_what, line, status) => {
    const answer = await sendRaw(app.url, [line, 'Accept: text/html']);
    const headers = { get: (name: string) => answer.headers.get(name) ?? null } as Headers;
    expect(await linesOf({ headers })).toMatchObject([{ status }]);
  });

  test('of one that was broken off, and says so', async () => {
    const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
    const before = app.log.length;
    socket.write('POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n');
    socket.write('Content-Type: application/x-www-form-urlencoded\r\n\r\nusername=');
    // Answered after the one above has arrived.
    await app.visitor().get(paths.alive());
    socket.destroy();
    const line = await vi.waitUntil(
      () =>
        app.log
          .slice(before)
          .map((text) => JSON.parse(text))
          .find(({ aborted }) => aborted),
      SOON,
    );
    expect(line).toMatchObject({ method: 'POST', aborted: true, level: 30 });
  });
});

describe('the log', () => {
  test('holds no password, token, cookie, address, name or search, whatever people do', async () => {
    const token = (await makeSetupToken(app.context)) ?? '';
    const visitor = app.visitor();
    const secrets = [PASSWORD, 'marker', token];
    const agent = { 'user-agent': 'marker-agent', authorization: 'Bearer marker', referer: '/?marker' };

    await visitor.get(`${paths.setup(token)}?marker=1`, agent);
    await visitor.submit(paths.setup(token), { username: 'marker', password: 'marker' });
    await visitor.register('marker', `${PASSWORD}marker`);
    await visitor.logIn('marker', 'wrong-marker');
    await visitor.logIn('marker', `${PASSWORD}marker`);
    await visitor.get(`${paths.store()}?q=marker&category=marker`, agent);
    await visitor.get('/marker/marker?marker', agent);
    await visitor.get('/store?q=%zzmarker', agent);
    await visitor.post(`${paths.logout()}?marker`, { _csrf: 'marker', note: 'marker' }, agent);
    await visitor.request(paths.logout(), { method: 'DELETE', headers: { 'x-csrf-token': 'marker' } });
    secrets.push(...visitor.cookies.values());
    await linesOf(await visitor.submit(paths.logout()));
    secrets.push(...visitor.cookies.values());

    const log = app.log.join('');
    for (const secret of secrets) {
      expect(secret).not.toBe('');
      expect(log).not.toContain(secret);
      expect(log).not.toContain(decodeURIComponent(secret));
    }
    expect(log).not.toContain('127.0.0.1');
  });

  test('is one line of JSON each, whatever stands in names and headers (ASVS 16.4.1)', async () => {
    const forged = 'alice\n{"level":30,"msg":"forged"}\r\n';
    const visitor = app.visitor();
    await visitor.logIn(forged, PASSWORD);
    await visitor.submit(paths.register(), { username: forged, email: forged, password: forged });
    await visitor.get(`/store?q=${encodeURIComponent(forged)}`);
    await visitor.get(`/${encodeURIComponent(forged)}`);
    await sendRaw(app.url, ['GET /login HTTP/1.1', 'User-Agent: x\\n{"msg":"forged"}\x85\x0b\x1b[31m']);
    const last = await visitor.get(paths.login());
    await linesOf(last);

    for (const entry of app.log) {
      expect(entry).toMatch(/^\{.*\}\n$/);
      expect(entry.split('\n')).toHaveLength(2);
      expect(JSON.parse(entry).msg).not.toBe('forged');
    }
  });
});
