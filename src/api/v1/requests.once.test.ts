import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TEXTS as LOGIN_TEXTS } from '../../accounts/login/login.ts';
import { paths } from '../../paths.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { type FailingDatabase, openFailingDatabase } from '../../testing/cable.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { type RawAnswer, sendRaw } from '../../testing/raw.ts';
import { JSON_BODY_TEXTS } from '../../web/body.ts';
import { TEXTS as OTHER_METHODS_TEXTS } from '../other-methods.ts';
import { TEXTS as ROUTES_TEXTS } from './routes.ts';

// What every operation of the API does alike, whatever it is asked for.

let database: FailingDatabase;
let app: TestApp;
let token: string;
let anaId: number;
beforeAll(async () => {
  database = await openFailingDatabase();
  app = await startTestApp({ REQUIRE_2FA: 'none' }, database);
  anaId = await addPerson(app.context, 'ana', 'admin');
  const ana = new ApiClient(app.url);
  await ana.logIn('ana', PASSWORD);
  token = String(ana.token);
});
afterAll(() => app.close());

const JSON_BODY = 'Content-Type: application/json';
const bearer = () => `Authorization: Bearer ${token}`;

/** Sends a request as it stands, and sees to it that the answer is one of the API's. */
async function send(line: string, headers: string[] = [], body = ''): Promise<RawAnswer & { json: Problem }> {
  const [method = '', target = ''] = line.split(' ');
  const answer = await sendRaw(app.url, [`${method} ${paths.api()}${target} HTTP/1.1`, ...headers], body);
  expect([...answer.headers.keys()]).not.toContain('set-cookie');
  if (answer.text === '' || method === 'HEAD') return { ...answer, json: {} };
  const json = JSON.parse(answer.text);
  if (answer.status >= 400) {
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(json).toMatchObject({ status: answer.status, instance: expect.stringMatching(/^urn:uuid:/) });
  }
  return { ...answer, json };
}

interface Problem {
  type?: string;
  detail?: string;
  errors?: { detail: string; pointer?: string; parameter?: string }[];
}

const pointersOf = ({ json }: { json: Problem }) =>
  (json.errors ?? []).map(({ pointer, parameter }) => pointer ?? `?${parameter}`).sort();

describe('whatever is sent', () => {
  afterEach(() => expectNoFault(app));

  test('a guest learns that it needs a token, and nothing of the body, the method or what is there', async () => {
    for (const line of [
      'GET /me',
      'GET /nothing',
      'PUT /users/1/role',
      'DELETE /tasks/1',
      'POST /constructor',
    ]) {
      const answer = await send(line, [JSON_BODY], '{"broken');
      expect([line, answer.status, answer.headers.get('www-authenticate')]).toEqual([
        line,
        401,
        'Bearer realm="gatehouse"',
      ]);
    }
    expect((await send('GET /nothing', [bearer()])).status).toBe(404);
  });

  test('a browser that is logged in is a guest here', async () => {
    const alice = await signIn(app, 'alice');
    const cookie = [...alice.cookies].map((pair) => pair.join('=')).join('; ');
    expect((await send('GET /me', [`Cookie: ${cookie}`])).status).toBe(401);
  });

  test.each([
    ['Authorization: bearer TOKEN', 200],
    ['Authorization: BEARER   TOKEN  ', 200],
    ['Authorization: Basic YTpi', 401],
    ['Authorization: Bearer', 400],
    ['Authorization: Bearer TOKEN, Bearer TOKEN', 400],
    ['Authorization: Bearer TOKEN TOKEN', 400],
    ['Authorization: Bearer TOKEN\r\nAuthorization: Bearer TOKEN', 400],
    ['Authorization: Bearer \xff\xfe', 400],
    [`Authorization: Bearer ${'x'.repeat(9_000)}`, 401],
    ['X-Authorization: Bearer TOKEN', 401],
  ])('the header has exactly one token, in any case of the scheme (RFC 6750): %s', async (header, status) => {
    expect((await send('GET /me', [header.replaceAll('TOKEN', token)])).status).toBe(status);
  });

  test('a token in the address or the body is none', async () => {
    expect((await send(`GET /me?access_token=${token}`)).status).toBe(401);
    expect(
      (await send('PUT /users/1/role', [JSON_BODY], JSON.stringify({ access_token: token }))).status,
    ).toBe(401);
  });

  test('an address says which methods it takes', async () => {
    const allow = 'POST, GET, HEAD, OPTIONS';
    const wrong = await send('PUT /users', [bearer()]);
    expect([wrong.status, wrong.json.type, wrong.headers.get('allow')]).toEqual([
      405,
      '/api/docs#method-not-allowed',
      allow,
    ]);
    const asked = await send('OPTIONS /users');
    expect([asked.status, asked.text, asked.headers.get('allow')]).toEqual([204, '', allow]);
    expect((await send('HEAD /login', [bearer()])).status).toBe(405);
    expect((await send('PROPFIND /me', [bearer()])).status).toBe(405);
  });

  test('HEAD is GET without the body', async () => {
    const whole = await send(`GET /users/${anaId}`, [bearer()]);
    const head = await send(`HEAD /users/${anaId}`, [bearer()]);
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', whole.headers.get('etag')]);
    expect(head.headers.get('content-length')).toBe(whole.headers.get('content-length'));
  });

  test('an entity tag saves sending what is known', async () => {
    const etag = (await send(`GET /users/${anaId}`, [bearer()])).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{27}"$/);
    for (const known of [etag, `"other", W/${etag}`, '*']) {
      const again = await send(`GET /users/${anaId}`, [bearer(), `If-None-Match: ${known}`]);
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
      expect(again.headers.get('cache-control')).toBe('private, no-cache');
    }
    expect((await send(`GET /users/${anaId}`, [bearer(), 'If-None-Match: "other"'])).status).toBe(200);
    expect((await send('GET /me', [bearer()])).headers.get('cache-control')).toBe('no-store');
    const change = [bearer(), JSON_BODY, 'If-Match: *', 'If-None-Match: *'];
    expect((await send(`PATCH /users/${anaId}`, change, '{}')).status).toBe(200);
  });

  test.each([
    ['text/html', 406],
    ['application/xml, text/plain;q=0.5', 406],
    ['application/json;q=0', 406],
    ['text/html, */*;q=0.1', 200],
    ['application/problem+json', 200],
    ['application/*', 200],
    [';;;', 406],
  ])('the answer is JSON or none: Accept: %s', async (accept, status) => {
    expect((await send('GET /me', [bearer(), `Accept: ${accept}`])).status).toBe(status);
  });

  const deep = (open: string, shut: string) => `{"title":${open.repeat(10_000)}1${shut.repeat(10_000)}}`;

  test.each([
    ['a form', 'Content-Type: application/x-www-form-urlencoded', 'title=x', 415],
    ['text', 'Content-Type: text/plain', '{"title":"x"}', 415],
    ['no kind', 'X-Nothing: 1', '{"title":"x"}', 415],
    ['JSON in UTF-16', `${JSON_BODY}; charset=utf-16`, '{\0"\0t\0"\0', 415],
    ['packed in a way that nobody knows', `${JSON_BODY}\r\nContent-Encoding: rot13`, '{}', 415],
    ['packed, it says', `${JSON_BODY}\r\nContent-Encoding: gzip`, '{}', 400],
    ['no JSON', JSON_BODY, '{"title":', 400],
    ['a list', JSON_BODY, '[{"title":"x"}]', 400],
    ['null', JSON_BODY, 'null', 400],
    ['a text in JSON', JSON_BODY, '"title"', 400],
    ['bytes that are no UTF-8', JSON_BODY, '{"title":"\xff\xfe"}', 400],
    ['a NUL', JSON_BODY, '{"title":"a\\u0000b"}', 400],
    ['half of a surrogate pair', JSON_BODY, '{"title":"\\ud83d"}', 400],
    ['half of one in a name', JSON_BODY, '{"title":"x","\\udead":1}', 400],
    ['lists 10,000 deep', JSON_BODY, deep('[', ']'), 422],
    ['objects 10,000 deep', JSON_BODY, deep('{"a":', '}'), 422],
    ['a list of 45,000', JSON_BODY, `{"title":[${'1,'.repeat(45_000)}1]}`, 422],
    ['1 MB', JSON_BODY, `{"title":"${'x'.repeat(1_000_000)}"}`, 413],
    ['7,000 unknown fields', JSON_BODY, `{${Array.from({ length: 7_000 }, (_, i) => `"a${i}":1`)}}`, 422],
    ['a text with a mark of byte order', JSON_BODY, '\xef\xbb\xbf{"title":"x"}', 201],
  ])('a body that is %s is refused for what it is', async (_what, header, body, status) => {
    const answer = await send('POST /tasks', [bearer(), header], body);
    expect([answer.status, answer.text.length < 10_000]).toEqual([status, true]);
  });

  test.each([
    ['{"title":1,"done":true,"note":null}', ['#/done', '#/note', '#/title']],
    ['{}', ['#/title']],
    ['', ['#/title']],
    [
      '{"title":"x","__proto__":{"a":1},"constructor":1,"hasOwnProperty":1}',
      ['#/__proto__', '#/constructor', '#/hasOwnProperty'],
    ],
    ['{"title":"x","a/b~ c":1}', ['#/a~1b~0%20c']],
    ['{"title":["x"],"assignee_id":"1","due_on":"2026-02-30"}', ['#/assignee_id', '#/due_on', '#/title']],
    ['{"title":"x","assignee_id":1e300,"due_on":20261120}', ['#/assignee_id', '#/due_on']],
  ])('each wrong field is pointed to: %s', async (body, pointers) => {
    const answer = await send('POST /tasks', [bearer(), JSON_BODY], body);
    expect([answer.status, answer.json.type, pointersOf(answer)]).toEqual([
      422,
      '/api/docs#invalid-input',
      pointers,
    ]);
  });

  test('of a field that comes twice the last counts', async () => {
    const { text } = await send(
      'POST /tasks',
      [bearer(), JSON_BODY],
      '{"title":1,"title":"first","title":"last"}',
    );
    expect(JSON.parse(text)).toMatchObject({ title: 'last' });
  });

  test.each([
    '0',
    '-1',
    '1e3',
    '01',
    '1.5',
    '99999999999',
    '2147483648',
    'x',
    "1'--",
    '%27',
    '%C3%A4',
    'constructor',
  ])('what can be no id is not there: %s', async (id) => {
    expect((await send(`GET /tasks/${id}`, [bearer()])).status).toBe(404);
  });

  test.each(['/tasks/%00', '/tasks/%zz', '/tasks/%ff', '/users?q=%00', '/users?q=%', '/%c0%af'])(
    'an address that cannot be read is refused: %s',
    async (target) => {
      const answer = await send(`GET ${target}`, [bearer()]);
      expect([answer.status, answer.json.type]).toEqual([400, '/api/docs#malformed-request']);
    },
  );

  const cursor = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');

  test.each([
    ['limit=0', '?limit'],
    ['limit=101', '?limit'],
    ['limit=-1', '?limit'],
    ['limit=1e1', '?limit'],
    ['limit=', '?limit'],
    ['limit=5&limit=6', '?limit'],
    ['role=king', '?role'],
    ['state=', '?state'],
    ['q=', '?q'],
    ['q=%20', '?q'],
    [`q=${'x'.repeat(255)}`, '?q'],
    ['page=2', '?page'],
    ['__proto__=1', '?__proto__'],
    ['role[]=admin', '?role[]'],
    ['cursor=', '?cursor'],
    ['cursor=%7B', '?cursor'],
    ['cursor=abc', '?cursor'],
    [`cursor=${'A'.repeat(5_000)}`, '?cursor'],
    [`cursor=${cursor([1, 2])}`, '?cursor'],
    [`cursor=${cursor({ created_at: '1', id: 1 })}`, '?cursor'],
    [`cursor=${cursor({ created_at: 1e300, id: 1 })}`, '?cursor'],
    [`cursor=${cursor({ created_at: 1, id: 2 ** 31 })}`, '?cursor'],
    [`cursor=${cursor({ created_at: 1, id: 1, more: 1 })}`, '?cursor'],
  ])('a query that makes no sense is refused by its parameter: %s', async (query, parameter) => {
    const answer = await send(`GET /users?${query}`, [bearer()]);
    expect([answer.status, pointersOf(answer)]).toEqual([422, [parameter]]);
  });
});

describe('what is wrong is said in our own words', () => {
  const detailsOf = ({ json }: { json: Problem }) => (json.errors ?? []).map(({ detail }) => detail);

  test('once for each parameter and field', async () => {
    for (const query of ['q=a&q=b', 'role=user&role=user', 'limit=5&limit=6', 'cursor=a&cursor=b']) {
      const answer = await send(`GET /users?${query}`, [bearer()]);
      expect([query, answer.status, detailsOf(answer)]).toEqual([query, 422, [ROUTES_TEXTS.once]]);
    }
    const long = await send(`GET /products?category=${'x'.repeat(201)}`, [bearer()]);
    expect(detailsOf(long)).toEqual(['Use at most 200 characters.']);
    const login = await send('POST /login', [JSON_BODY], '{"username":"ana","password":[]}');
    expect(detailsOf(login)).toEqual([LOGIN_TEXTS.password]);
  });

  test.each(['null', '"title"', '[]', '7'])('of a body that is no object: %s', async (body) => {
    const answer = await send('POST /tasks', [bearer(), JSON_BODY], body);
    expect([answer.status, answer.json.detail]).toEqual([400, JSON_BODY_TEXTS.notAnObject]);
  });

  test('of a method that an address does not take', async () => {
    const answer = await send('DELETE /me', [bearer()]);
    expect(answer.json.detail).toBe(OTHER_METHODS_TEXTS.method('DELETE'));
  });
});

describe('what is left of a limit', () => {
  const limits = ({ headers }: RawAnswer) => [headers.get('ratelimit-policy'), headers.get('ratelimit')];
  const post = (target: string, body: unknown) => send(`POST ${target}`, [JSON_BODY], JSON.stringify(body));
  beforeEach(() => app.context.db('rate_limits').delete());

  test('stands beside each answer to a login, and nothing of what others do to the account', async () => {
    const policy = '"login";q=5;w=60';
    const wrong = () => post('/login', { username: ' ANA', password: 'wrong' });
    const seen = [];
    for (let count = 0; count < 5; count++) seen.push(limits(await wrong()));
    expect(seen).toEqual([4, 3, 2, 1, 0].map((left) => [policy, `"login";r=${left}`]));
    const refused = await wrong();
    const wait = refused.headers.get('retry-after');
    expect([refused.status, limits(refused)]).toEqual([429, [policy, `"login";r=0;t=${wait}`]]);
    const unknown = await post('/login', { username: 'nobody-here', password: 'wrong' });
    expect(limits(unknown)).toEqual([policy, '"login";r=4']);
  });

  test('stands beside a registration and a refresh that count', async () => {
    const person = { username: 'lena', email: 'lena@example.org', password: PASSWORD };
    expect(limits(await post('/users', person))).toEqual([
      '"registration";q=20;w=3600',
      '"registration";r=19',
    ]);
    const { json } = await post('/login', { username: 'lena', password: PASSWORD });
    const { refresh_token } = json as { refresh_token?: string };
    expect(limits(await post('/refresh', { refresh_token }))).toEqual([
      '"refresh";q=120;w=3600',
      '"refresh";r=119',
    ]);
    expect(limits(await post('/refresh', { refresh_token: 'none' }))).toEqual([
      '"refresh";q=120;w=3600',
      undefined,
    ]);
    expect(limits(await send('GET /me', [bearer()]))).toEqual([undefined, undefined]);
  });
});

describe('a fault of ours', () => {
  test('of the database is a 503 with a time to try again, and the API goes on', async () => {
    await database.fail();
    const answer = await send(
      'POST /login',
      [JSON_BODY],
      JSON.stringify({ username: 'ana', password: PASSWORD }),
    );
    expect([answer.status, answer.json.type, answer.headers.get('retry-after')]).toEqual([
      503,
      '/api/docs#unavailable',
      '5',
    ]);
    await database.recover();
    expect((await send('GET /me', [bearer()])).status).toBe(200);
  });

  test('is a 500 that says nothing but a reference, which the log has', async () => {
    const rename = (from: string, to: string) =>
      app.context.db.schema.alterTable('tasks', (table) => table.renameColumn(from, to));
    await rename('note', 'elsewhere');
    const answer = await send('GET /tasks', [bearer()]);
    await rename('elsewhere', 'note');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/select|note|SQLITE|column|\.ts/);
    const { instance } = JSON.parse(answer.text);
    const line = app.log.map((text) => JSON.parse(text)).find(({ id }) => instance === `urn:uuid:${id}`);
    expect(line).toMatchObject({ status: 500, route: '/api/v1/tasks', user: anaId });
  });
});
