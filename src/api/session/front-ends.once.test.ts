import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type FailingDatabase, openFailingDatabase } from '../../testing/cable.ts';
import { FRONT_END, FrontEnd, type FrontEndAnswer } from '../../testing/front-end.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';

const OTHER_FRONT_END = 'http://localhost:5173';

let database: FailingDatabase;
let app: TestApp;
beforeAll(async () => {
  database = await openFailingDatabase();
  app = await startTestApp({ ALLOWED_ORIGINS: `${FRONT_END},${OTHER_FRONT_END}` }, database);
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

const login = { username: 'alice', password: PASSWORD };

async function loggedIn(): Promise<FrontEnd> {
  const page = new FrontEnd(app);
  expect((await page.post('/login', login)).status).toBe(200);
  return page;
}

/** The CORS headers of an answer, but for their common beginning. */
function corsOf({ headers }: { headers: Headers }): Record<string, string> {
  const start = 'access-control-';
  const found = [...headers].filter(([name]) => name.startsWith(start));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(start.length), value]));
}

const variesByOrigin = ({ headers }: { headers: Headers }) => /\borigin\b/i.test(headers.get('vary') ?? '');

const preflight = (page: FrontEnd, target: string) =>
  page.send('OPTIONS', target, undefined, {
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'content-type',
  });

describe('the browser of an allowed front end is told', () => {
  test('before a request what it may send, without a session, a cookie or the database', async () => {
    const page = await loggedIn();
    app.passTime(2 * MINUTE);
    await database.fail();
    const answers: FrontEndAnswer[] = [];
    for (const target of ['/login', '/update_profile', '/admin/users', '/nothing', '']) {
      answers.push(await preflight(page, target));
    }
    // What changes something needs the database now.
    const refused = await page.put('/update_profile', { username: 'mallory' });
    await database.recover();
    for (const answer of answers) {
      expect([answer.status, answer.body, answer.headers.getSetCookie()]).toEqual([204, undefined, []]);
      expect(corsOf(answer)).toEqual({
        'allow-origin': FRONT_END,
        'allow-credentials': 'true',
        'allow-methods': 'GET,POST,PUT,DELETE,OPTIONS',
        'allow-headers': 'Content-Type,Authorization',
        'expose-headers': 'Retry-After,Link',
        'max-age': '3600',
      });
      expect(variesByOrigin(answer)).toBe(true);
    }
    expect([refused.status, Object.keys(refused.body)]).toEqual([503, ['error']]);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(corsOf(refused)['allow-origin']).toBe(FRONT_END);
  });

  test('with every answer, also a refusal, that it may be read', async () => {
    for (const origin of [FRONT_END, OTHER_FRONT_END]) {
      const page = new FrontEnd(app, origin);
      for (const answer of [
        await page.get('/current_user'),
        await page.get('/profile'),
        await page.post('/login', '{'),
        await page.get('/%ff'),
        await page.send('DELETE', '/login'),
      ]) {
        expect(corsOf(answer)).toEqual({
          'allow-origin': origin,
          'allow-credentials': 'true',
          'expose-headers': 'Retry-After,Link',
        });
        expect(variesByOrigin(answer)).toBe(true);
        expect(answer.headers.get('cache-control')).toBe('no-store');
      }
    }
  });

  test('of the token API as well, with its own headers', async () => {
    const page = app.visitor();
    const headers = { origin: FRONT_END, 'access-control-request-method': 'PATCH' };
    const answer = await page.request(`${paths.api()}/me`, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(corsOf(answer)).toMatchObject({
      'allow-origin': FRONT_END,
      'allow-methods': 'GET,POST,PUT,PATCH,DELETE,OPTIONS',
      'allow-headers': 'Content-Type,Authorization,If-Match,If-None-Match,Idempotency-Key',
      'expose-headers': 'Retry-After,RateLimit,RateLimit-Policy,Link,ETag,Location',
    });
    const foreign = await page.get(`${paths.api()}/me`, { origin: 'https://evil.example' });
    expect([corsOf(foreign), variesByOrigin(foreign)]).toEqual([{}, true]);
  });
});

test.each([
  'https://evil.example',
  'null',
  `${FRONT_END}.evil.example`,
  `${FRONT_END}:8443`,
  'http://shop.example',
  'HTTPS://SHOP.EXAMPLE',
  `${FRONT_END}, ${FRONT_END}`,
])('the browser of a page at %s is told nothing, and what it sends changes nothing', async (origin) => {
  const { browser } = await loggedIn();
  const page = new FrontEnd(app, origin, browser);
  const asked = await preflight(page, '/nothing');
  expect(asked.status).toBe(204);
  for (const answer of [
    asked,
    await page.get('/current_user'),
    await page.post('/logout'),
    await page.put('/update_profile', { username: 'mallory' }),
  ]) {
    expect(corsOf(answer)).toEqual({});
    expect(variesByOrigin(answer)).toBe(true);
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
  expect((await new FrontEnd(app, FRONT_END, browser).get('/profile')).body.username).toBe('alice');
});

describe('a request that changes something', () => {
  const foreign = [403, 'This request came from another site, so it was not carried out.'];

  async function outcomeOf(
    origin: string | null,
    headers: Record<string, string>,
    body: unknown = login,
  ): Promise<[number, string | undefined]> {
    const { browser } = await loggedIn();
    const answer = await new FrontEnd(app, origin, browser).send('POST', '/logout', body, headers);
    return [answer.status, answer.body.error];
  }

  test('is refused when its browser says that it comes from elsewhere', async () => {
    for (const site of ['cross-site', 'same-site']) {
      expect(await outcomeOf(null, { 'sec-fetch-site': site })).toEqual(foreign);
    }
    expect(await outcomeOf('https://evil.example', { 'sec-fetch-site': 'same-origin' })).toEqual(foreign);
    expect(await outcomeOf('https://evil.example', {}, '')).toEqual(foreign);
  });

  test('is carried out for an allowed front end, our own pages, and programs that say nothing', async () => {
    for (const [origin, headers] of [
      [FRONT_END, { 'sec-fetch-site': 'cross-site' }],
      [app.url, { 'sec-fetch-site': 'same-origin' }],
      [app.context.config.publicUrl.origin, {}],
      [null, { 'sec-fetch-site': 'same-origin' }],
      [null, { 'sec-fetch-site': 'none' }],
      [null, {}],
    ] as [string | null, Record<string, string>][]) {
      expect((await outcomeOf(origin, headers))[0]).toBe(200);
    }
  });

  test('takes a body of JSON alone: nothing that a form can send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
      for (const body of [JSON.stringify(login), 'username=alice&password=x']) {
        const [status] = await outcomeOf(null, { 'content-type': type }, body);
        expect([type, status]).toEqual([type, 415]);
      }
    }
  });
});

describe('over https, for a front end on another site', () => {
  let secure: TestApp;
  const viaProxy = { 'x-forwarded-proto': 'https' };
  beforeAll(async () => {
    secure = await startTestApp({
      ...{ PUBLIC_URL: 'https://store.example.org', TRUST_PROXY: '1', ALLOWED_ORIGINS: FRONT_END },
      ...{ SESSION_SAMESITE: 'none', COOKIE_DOMAIN: 'example.org' },
    });
    await addPerson(secure.context, 'alice');
  });
  afterAll(() => secure.close());

  test('both cookies are as the settings say, and go with the same attributes', async () => {
    const page = new FrontEnd(secure);
    const given = await page.send('POST', '/login', login, viaProxy);
    const attributes = 'Domain=example.org; Path=/;( Expires=[^;]+;)? HttpOnly; Secure; SameSite=None';
    const [browserCookie, session] = given.headers.getSetCookie();
    expect(session).toMatch(new RegExp(`^__Secure-gatehouse=[^;]+; ${attributes}$`));
    expect(browserCookie).toMatch(
      new RegExp(`^__Secure-gatehouse-browser=[^;]+; Max-Age=31536000; ${attributes}$`),
    );
    const left = await page.send('POST', '/logout', undefined, viaProxy);
    expect(left.headers.getSetCookie().join('\n')).toMatch(
      new RegExp(`^__Secure-gatehouse=; ${attributes}$`),
    );
  });
});
