import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DOOR_TEXTS } from '../accounts/door-texts.ts';
import { createApp } from '../app.ts';
import { paths } from '../paths.ts';
import { OPEN_PATHS } from '../routes.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { filled, routesOf } from '../testing/routes.ts';
import { alertsOf, type Visitor } from '../testing/visitor.ts';

let app: TestApp;
const members: Record<string, Visitor> = {};
beforeAll(async () => {
  app = await startTestApp();
  for (const [name, role] of [
    ['alice', 'user'],
    ['mod-mina', 'moderator'],
    ['ana', 'admin'],
  ] as const) {
    await addPerson(app.context, name, role);
    members[name] = app.visitor();
    await members[name].logIn(name, PASSWORD);
  }
});
afterAll(() => app.close());

/** Routes that come before the gate: for everybody by design. */
const BEFORE_THE_GATE = [
  '/healthz',
  '/readyz',
  '/robots.txt',
  '/favicon.ico',
  '/bootstrap/bootstrap.min.css',
  '/dev/outbox',
  '/dev/outbox/:name',
  '/dev/outbox/:name/html',
];

const isOpen = (path: string) =>
  OPEN_PATHS.some((open) => (typeof open === 'string' ? open === path : open.test(path)));

describe('every registered route', () => {
  /** What is for programs has gates of its own, each with its own test. */
  const forPrograms = (path: string) =>
    [paths.api(), paths.sessionApi()].some((api) => path.startsWith(`${api}/`));
  const routes = () => routesOf(createApp(app.context)).filter(({ path }) => !forPrograms(path));

  test('is found by the walk', () => {
    const found = routes().map(({ method, path }) => `${method} ${path}`);
    expect(found).toEqual(
      expect.arrayContaining([
        'GET /',
        'GET /login',
        'POST /login',
        'GET /register',
        'POST /register',
        'GET /setup/:token',
        'POST /setup/:token',
        'GET /logout',
        'POST /logout',
        'GET /store',
        'GET /store/:slug',
        'GET /store/pictures/:hash',
      ]),
    );
  });

  test('sends a guest to the login page unless it is on the list of open paths', async () => {
    const walked: string[] = [];
    for (const { method, path } of routes()) {
      if (BEFORE_THE_GATE.includes(path) || isOpen(filled(path))) continue;
      const guest = app.visitor();
      const answer = await guest.request(filled(path), { method });
      expect([method, path, answer.status, answer.location]).toEqual([method, path, 303, paths.login()]);
      expect(alertsOf((await guest.follow(answer)).text)).toEqual([
        `warning: Warning: ${DOOR_TEXTS.loginFirst}`,
      ]);
      walked.push(`${method} ${path}`);
    }
    expect(walked.length).toBeGreaterThanOrEqual(5);
  });

  test.each(['alice', 'mod-mina', 'ana'])(
    'answers %s without a fault and without the login page',
    async (name) => {
      for (const { path } of routes().filter(({ method }) => method === 'GET')) {
        const answer = await (members[name] as Visitor).get(filled(path));
        expect([path, answer.status < 500, answer.location === paths.login()]).toEqual([path, true, false]);
      }
    },
  );

  test('refuses a member who posts without a token (ASVS 3.5.1)', async () => {
    for (const { path } of routes().filter(({ method }) => method === 'POST')) {
      const answer = await (members.alice as Visitor).post(filled(path), { _csrf: '' });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });
});

describe('a guest', () => {
  test.each([
    '/nothing/here',
    '/STORE',
    '/store/',
    '/store/laptop',
    '//store',
    '/login/../store',
    '/login/',
    '/setup',
    '/setup/a/b',
    '/.env',
    '/admin',
  ])('who asks for %s is sent to the login page, whether or not it exists', async (path) => {
    const answer = await app.visitor().get(path);
    expect([answer.status, answer.location]).toEqual([303, paths.login()]);
  });

  test('comes to the page first asked for after logging in, with its query', async () => {
    const visitor = app.visitor();
    const sent = await visitor.get('/store/laptop?from=mail');
    expect(sent.location).toBe(paths.login());
    expect((await visitor.logIn('alice', PASSWORD)).location).toBe('/store/laptop?from=mail');
  });

  test.each(['//evil.example/x', '/\\evil.example', '/%5cevil.example/..//evil.example'])(
    'is never sent to another site: %s (ASVS 3.7.2)',
    async (path) => {
      const visitor = app.visitor();
      await visitor.get(path);
      const answer = await visitor.logIn('alice', PASSWORD);
      const target = new URL(answer.location, app.url);
      expect(target.origin).toBe(app.url);
    },
  );

  test('who asks as a program gets 401 and no redirect', async () => {
    const answer = await app.visitor().get(paths.store(), { accept: 'application/json' });
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text).error).toMatchObject({ status: 401, message: DOOR_TEXTS.loginFirst });
  });

  test('gets no picture, and a picture does not become the page to return to', async () => {
    const visitor = app.visitor();
    await visitor.get('/store/laptop');
    const { content_hash } = await app.context.db('pictures').first();
    const picture = await visitor.get(paths.picture(content_hash), { 'sec-fetch-dest': 'image' });
    expect(picture.status).toBe(401);
    expect((await visitor.logIn('alice', PASSWORD)).location).toBe('/store/laptop');
  });

  test('whose session ended while a form was open is asked to log in, not told of tokens', async () => {
    const visitor = app.visitor();
    const answer = await visitor.post(paths.logout(), { _csrf: 'stale' });
    expect([answer.status, answer.location]).toEqual([303, paths.login()]);
  });
});

test('pages of members may not be kept by any cache (ASVS 14.3.2)', async () => {
  for (const path of [paths.store(), paths.product('laptop'), paths.logout(), '/nothing']) {
    const answer = await (members.alice as Visitor).get(path);
    expect([path, answer.headers.get('cache-control')]).toEqual([path, 'no-store']);
  }
});
