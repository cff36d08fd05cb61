import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createApp } from '../app.ts';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { samplesOf } from '../testing/metrics.ts';
import { addPerson, PASSWORD, signIn } from '../testing/people.ts';
import { sendRaw } from '../testing/raw.ts';
import { filled, routesOf } from '../testing/routes.ts';

const TOKEN = 'quarry-lantern.sail_nine~4+2/fifths=';
const SHOWN = { authorization: `Bearer ${TOKEN}` };

let app: TestApp;
const others: TestApp[] = [];
beforeAll(async () => {
  app = await startTestApp({ METRICS_TOKEN: TOKEN, REQUIRE_2FA: 'none' });
});
afterEach(async () => {
  for (const other of others.splice(0)) await other.close();
});
afterAll(() => app.close());

async function another(settings: Record<string, string> = {}): Promise<TestApp> {
  const other = await startTestApp(settings);
  others.push(other);
  return other;
}

const scrape = (of = app, headers: Record<string, string> = SHOWN) =>
  of.visitor().get(paths.metrics(), headers);
const TIMEOUT = { timeout: 20_000 };
const samples = async (of = app) => samplesOf((await scrape(of)).text);
/** A request is counted when the connection has done with its answer. */
const counted = (labels: string, of = app) =>
  vi.waitUntil(async () => (await samples(of)).get(`gatehouse_http_requests_total{${labels}}`), TIMEOUT);

test('who shows the token gets the metrics in Prometheus’ format, kept by no cache, without a session', async () => {
  const answer = await scrape();
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.has('set-cookie')).toBe(false);
  expect(samplesOf(answer.text).get('gatehouse_database_up')).toBe(1);

  const head = await app.visitor().request(paths.metrics(), { method: 'HEAD', headers: SHOWN });
  expect([head.status, head.text]).toEqual([200, '']);
});

test.each([
  ['no token', {}],
  ['another token', { authorization: `Bearer ${TOKEN.replace('4', '5')}` }],
  ['the beginning of it', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
  ['more than it', { authorization: `Bearer ${TOKEN}x` }],
  ['an endless one', { authorization: `Bearer ${'x'.repeat(8_000)}` }],
  ['an empty one', { authorization: 'Bearer ' }],
  ['a password', { authorization: `Basic ${Buffer.from(`prometheus:${TOKEN}`).toString('base64')}` }],
  ['it without a scheme', { authorization: TOKEN }],
  ['it in a cookie', { cookie: `token=${TOKEN}; metrics=${TOKEN}` }],
])('who shows %s gets no metric (401, RFC 6750)', async (_what, headers) => {
  for (const method of ['GET', 'HEAD']) {
    const answer = await app.visitor().request(paths.metrics(), { method, headers });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(answer.text).not.toContain('gatehouse_');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }
});

test('a token in the address or the body is not looked at, and written nowhere', async () => {
  const encoded = encodeURIComponent(TOKEN);
  const visitor = app.visitor();
  for (const name of ['token', 'access_token', 'authorization'])
    expect((await visitor.get(`${paths.metrics()}?${name}=${encoded}`)).status).toBe(401);
  const posted = await visitor.request(paths.metrics(), {
    method: 'POST',
    body: new URLSearchParams({ access_token: TOKEN }),
  });
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(app.log.join('')).not.toContain(TOKEN);
  expect((await scrape()).text).not.toContain(TOKEN);
});

test('two tokens in two headers are none', async () => {
  const shown = `Authorization: Bearer ${TOKEN}`;
  for (const lines of [['Authorization: Bearer wrong', shown], [`${shown}, Bearer ${TOKEN}`]]) {
    const answer = await sendRaw(app.url, [`GET ${paths.metrics()} HTTP/1.1`, ...lines]);
    expect(answer.status).toBe(401);
  }
});

test('an administrator without the token gets none either', async () => {
  const ana = await signIn(app, 'ana', 'admin');
  expect((await ana.get(paths.metrics())).status).toBe(401);
});

test('an address beside it is shut like any other, with the token too', async () => {
  for (const path of ['/metrics/x', '//metrics', '/metrics%2f', '/healthz/metrics']) {
    const answer = await app.visitor().get(path, SHOWN);
    expect([path, answer.status, answer.location]).toEqual([path, 303, paths.login()]);
  }
  for (const path of ['/metrics/', '/METRICS']) expect((await app.visitor().get(path)).status).toBe(401);
});

test('without METRICS_TOKEN there is no such address and nothing is counted, with METRICS_PORT no such address', async () => {
  const plain = await another();
  expect(plain.context.metrics).toBeUndefined();
  const withPort = await another({ METRICS_PORT: '9464' });
  expect(withPort.context.metrics).toBeDefined();
  for (const other of [plain, withPort]) {
    expect(routesOf(createApp(other.context)).map(({ path }) => path)).not.toContain(paths.metrics());
    const answer = await scrape(other);
    expect([answer.status, answer.location]).toEqual([303, paths.login()]);
  }
});

test('one of several processes ends although the one that adds up says nothing, and tells what it has counted', async () => {
  const other = await startTestApp({ METRICS_TOKEN: TOKEN });
  const silence = new Promise<never>(() => undefined);
  const told: string[] = [];
  other.context.metrics?.join({
    tell: async (own) => void told.push(JSON.stringify(own)),
    readAll: () => silence,
  });
  other.context.metrics?.round('mail', 'failed');
  const ended = await Promise.race([other.close().then(() => true), sleep(5_000, false, { ref: false })]);
  expect(ended).toBe(true);
  expect(told.at(-1)).toContain('"job":"mail"');
});

test('the token opens one route and changes none of the others', async () => {
  const usual = routesOf(createApp((await another()).context));
  const nameOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`;
  const watched = routesOf(createApp(app.context)).map(nameOf);
  expect(watched.filter((route) => !usual.map(nameOf).includes(route))).toEqual(['GET /metrics']);
});

test('requests are counted by method, pattern and status, and timed', async () => {
  const visitor = await signIn(app, 'alice');
  await visitor.get(paths.product('mouse'));
  await visitor.get(paths.product('keyboard'));
  await visitor.get(paths.product('nothing-like-it'));
  await app.visitor().get(paths.product('mouse'));
  await app.visitor().get(paths.asset('favicon.svg'));
  const product = 'method="GET",route="/store/:slug"';
  await vi.waitUntil(async () => (await counted(`${product},status="200"`)) === 2, TIMEOUT);
  expect(await counted(`${product},status="404"`)).toBe(1);
  expect(await counted('method="POST",route="/login",status="303"')).toBeGreaterThanOrEqual(1);
  // Who is sent to the login page never comes to a route, and a file has none.
  expect(await counted('method="GET",route="other",status="303"')).toBeGreaterThanOrEqual(1);
  expect(await counted('method="GET",route="other",status="200"')).toBeGreaterThanOrEqual(1);
  const found = await samples();
  const duration = 'gatehouse_http_request_duration_seconds';
  expect(found.get(`${duration}_count{${product}}`)).toBe(3);
  expect(found.get(`${duration}_bucket{le="+Inf",${product}}`)).toBe(3);
  const sum = found.get(`${duration}_sum{${product}}`) ?? 0;
  expect(sum).toBeGreaterThan(0);
  // In seconds: three small pages do not take minutes.
  expect(sum).toBeLessThan(60);
});

test('every page is counted under the whole pattern of its route', async () => {
  const ana = await signIn(app, 'ana-2', 'admin');
  const all = [...new Set(routesOf(createApp(app.context)).map(({ path }) => path))];
  // Files of packages are routes below the folder of the assets.
  const pages = all.filter((path) => !path.includes('.min.'));
  expect(pages.every((path) => path.startsWith('/'))).toBe(true);
  for (const path of pages) await ana.get(filled(path), SHOWN);
  await counted('method="GET",route="/readyz",status="200"');
  const text = (await scrape()).text;
  expect(pages.filter((path) => !text.includes(`route="${path}"`))).toEqual([]);
});

test('whatever is asked for, the number of series stays', async () => {
  const visitor = await signIn(app, 'carol');
  const ask = (path: string, method = 'GET') => sendRaw(app.url, [`${method} ${path} HTTP/1.1`]);
  const round = async (from: number, to: number) => {
    for (let number = from; number < to; number += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => {
          const name = `made-up-${number + index}`;
          const methods = ['PROPFIND', 'PURGE', 'DELETE', 'PUT', 'GET', 'LOCK', 'M-SEARCH', 'PATCH'];
          const path = [`/${name}`, `/store/${name}`, `/api/v1/${name}`, `/login/with/${name}`][index % 4];
          return index % 5 === 0
            ? visitor.get(`/store/${name}`)
            : ask(`${path}?q=${name}`, methods[(number + index) % methods.length]);
        }),
      );
    }
  };
  await round(0, 160);
  const before = (await samples()).size;
  await round(160, 1_160);
  const after = await scrape();
  expect(samplesOf(after.text).size).toBeLessThanOrEqual(before + 2);
  expect(after.text).not.toContain('made-up');
  expect(after.text).not.toContain('PROPFIND');
});

test('no name, address, token or search is in any metric, whatever people do', async () => {
  await addPerson(app.context, 'marker');
  const visitor = app.visitor();
  const agent = { 'user-agent': 'marker-agent', 'x-forwarded-for': '203.0.113.77', referer: '/?marker' };
  await visitor.logIn('marker', 'wrong-marker');
  await visitor.logIn('marker@example.org', PASSWORD);
  await visitor.get(`${paths.store()}?q=marker"}%0Amarker 1`, agent);
  await visitor.get('/marker"} 1', agent);
  await visitor.get(paths.setup('marker-token'), agent);
  await visitor.get(paths.product('marker\\"\n'), agent);
  await visitor.get(`${paths.api()}/me`, { authorization: 'Bearer marker' });
  await sendRaw(app.url, ['GET /marker\\"} HTTP/1.1', 'User-Agent: marker\\n"}']);
  await counted('method="GET",route="/setup/:token",status="404"');
  const { text } = await scrape();
  samplesOf(text);
  for (const secret of [
    'marker',
    'example.org',
    '127.0.0.1',
    '203.0.113',
    PASSWORD,
    ...visitor.cookies.values(),
  ])
    expect(text).not.toContain(secret);
});

test('two stores in one process count for themselves', async () => {
  const token = `${TOKEN}2`;
  const other = await another({ METRICS_TOKEN: token });
  await other.visitor().get(paths.login());
  await other.visitor().get(paths.login());
  const others = async () => samplesOf((await scrape(other, { authorization: `Bearer ${token}` })).text);
  const login = 'gatehouse_http_requests_total{method="GET",route="/login",status="200"}';
  await vi.waitUntil(async () => (await others()).get(login) === 2, TIMEOUT);
  expect((await samples()).get(login)).not.toBe(2);
  expect((await scrape(other)).status).toBe(401);
});

test('metrics that cannot be read are 503, and the store goes on', async () => {
  const other = await another({ METRICS_TOKEN: TOKEN });
  other.context.hasher.load = () => {
    throw new Error('no metrics today');
  };
  const answer = await scrape(other);
  expect([answer.status, answer.text]).toEqual([503, 'The metrics could not be read.\n']);
  expect((await other.visitor().get(paths.login())).status).toBe(200);
});
