import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { expectNoFault } from '../testing/faults.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { sendRaw } from '../testing/raw.ts';
import { TEXTS as ERRORS_TEXTS } from './errors.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

afterEach(() => expectNoFault(app));

describe('an address that cannot be read is refused', () => {
  test.each([
    ['half an escape in the path', '/store/%'],
    ['an escape of no number in the path', '/store/%zz'],
    ['an escape of no number in the query', '/store?q=%zz'],
    ['half an escape in the query', '/login?x=100%'],
    ['an encoded NUL in the path', '/store/lap%00top'],
    ['an encoded NUL in the query', '/store?q=%00'],
    ['an encoded NUL in a name of the query', '/login?%00=1'],
    ['bytes that are no UTF-8 in the path', '/store/%ff%fe'],
    ['bytes that are no UTF-8 in the query', '/store?q=%ff'],
    ['half a character', '/store?q=%e2%82'],
    ['a surrogate', '/store?q=%ed%a0%80'],
    ['an overlong slash', '/store/..%c0%af'],
  ])('%s', async (_what, path) => {
    const answer = await sendRaw(app.url, [`GET ${path} HTTP/1.1`, 'Accept: text/html']);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(ERRORS_TEXTS[400].title);
  });

  test('a raw NUL, or a line that is no request', async () => {
    for (const line of [
      'GET /store\0 HTTP/1.1',
      'GET /sto re HTTP/1.1',
      'GET',
      '\0\0\0\0',
      'GET /store HTTP/9.9',
    ]) {
      expect((await sendRaw(app.url, [line])).status).toBeGreaterThanOrEqual(400);
    }
  });

  test.each([
    ['a whole address of another site', 'http://evil.example/store'],
    ['two slashes', '//store'],
    ['only a query', '/?'],
    ['dots', '/./store/../store/./laptop'],
    ['a thousand fields', `/store?${'a=1&'.repeat(1_000)}`],
    ['names of JavaScript', '/store?__proto__[x]=1&constructor[prototype][x]=1&toString=1&hasOwnProperty=1'],
    ['fields in brackets', '/store?q[]=a&q[b]=c&page[$gt]=1'],
    ['doubled fields', '/store?q=a&q=b&page=1&page=2&sort=name&sort=price'],
  ])('but what only looks odd leads a guest to the login page: %s', async (_what, path) => {
    const answer = await sendRaw(app.url, [`GET ${path} HTTP/1.1`, 'Accept: text/html']);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(paths.login());
  });
});

describe('a very long address', () => {
  test('that Node takes leads to the login page, and from there to the store', async () => {
    const path = `/store/${'x'.repeat(12_000)}`;
    const guest = app.visitor();
    expect((await guest.get(path)).status).toBe(303);
    expect((await guest.logIn('alice', PASSWORD)).location).toBe(paths.store());
  });

  test('beyond that is refused', async () => {
    expect((await sendRaw(app.url, [`GET /store/${'x'.repeat(20_000)} HTTP/1.1`])).status).toBe(431);
  });
});

test.each(['GET', 'OPTIONS', 'POST'])('%s of the whole server, *, is no page', async (method) => {
  const answer = await sendRaw(app.url, [`${method} * HTTP/1.1`, 'Accept: text/html']);
  expect([303, 400, 404, 405]).toContain(answer.status);
});
