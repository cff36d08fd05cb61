import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { sendRaw } from '../testing/raw.ts';
import type { Visitor } from '../testing/visitor.ts';
import { TEXTS as ERRORS_TEXTS } from './errors.ts';

let app: TestApp;
let alice: Visitor;
let token = '';
beforeAll(async () => {
  app = await startTestApp();
  await addPerson(app.context, 'alice');
  alice = app.visitor();
  await alice.logIn('alice', PASSWORD);
  token = /name="_csrf" value="([^"]+)"/.exec((await alice.get(paths.logout())).text)?.[1] ?? '';
});
afterAll(() => app.close());

describe('a method that no page of ours has', () => {
  test.each(['PROPFIND', 'TRACE', 'LOCK', 'REPORT', 'M-SEARCH', 'PURGE'])(
    '%s is 405 and says which there are, to guests and members alike',
    async (method) => {
      for (const path of [paths.login(), paths.store(), '/nothing', paths.asset('favicon.svg')]) {
        const answer = await sendRaw(app.url, [`${method} ${path} HTTP/1.1`, 'Accept: text/html']);
        expect(answer.status).toBe(405);
        expect(answer.headers.get('allow')).toBe('GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS');
        expect(answer.headers.has('set-cookie')).toBe(false);
      }
    },
  );

  test('TRACE sends nothing back of what it was sent', async () => {
    const answer = await sendRaw(app.url, [
      'TRACE / HTTP/1.1',
      'Cookie: gatehouse=marker',
      'X-Marker: marker',
    ]);
    expect(answer.text).not.toContain('marker');
  });

  test('one that HTTP does not know is no request', async () => {
    expect((await sendRaw(app.url, ['FETCH / HTTP/1.1'])).status).toBe(400);
  });
});

describe('a method that this page does not have', () => {
  test.each([
    ['PUT', paths.store(), 'GET, HEAD'],
    ['DELETE', paths.store(), 'GET, HEAD'],
    ['POST', paths.store(), 'GET, HEAD'],
    ['PATCH', paths.product('laptop'), 'GET, HEAD'],
    ['DELETE', paths.product('laptop'), 'GET, HEAD'],
    ['PUT', paths.picture('x'), 'GET, HEAD'],
    ['PUT', paths.logout(), 'GET, HEAD, POST'],
    ['DELETE', paths.login(), 'GET, HEAD, POST'],
    ['DELETE', paths.register(), 'GET, HEAD, POST'],
    ['POST', paths.home(), 'GET, HEAD'],
    ['OPTIONS', paths.store(), 'GET, HEAD'],
  ])('%s %s by a member is 405 with those that it has', async (method, path, allow) => {
    const answer = await alice.request(path, { method, headers: { 'x-csrf-token': token } });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(answer.text).toContain(ERRORS_TEXTS[405].title);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])(
    '%s of the health checks is 405 for everybody',
    async (method) => {
      for (const path of [paths.alive(), paths.ready()]) {
        const answer = await app.visitor().request(path, { method });
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      }
    },
  );

  test.each(['PUT', 'DELETE', 'PATCH'])('%s by a guest changes nothing and shows nothing', async (method) => {
    const answer = await app.visitor().request(paths.product('laptop'), { method });
    expect([303, 401, 403, 405]).toContain(answer.status);
    expect(answer.text).not.toContain('Laptop');
  });
});

describe('HEAD', () => {
  test.each([paths.store(), paths.product('laptop'), paths.logout()])(
    'of %s is what GET is, without the text',
    async (path) => {
      const [get, head] = [await alice.get(path), await alice.request(path, { method: 'HEAD' })];
      expect([head.status, head.text]).toEqual([get.status, '']);
      for (const name of ['content-type', 'cache-control', 'content-security-policy']) {
        expect(head.headers.get(name)).toBe(get.headers.get(name));
      }
    },
  );

  test('changes nothing: it does not log out (ASVS 3.5.3)', async () => {
    await alice.request(paths.logout(), { method: 'HEAD' });
    expect((await alice.get(paths.store())).status).toBe(200);
  });
});

test('a method in another header or field is not believed', async () => {
  const answer = await alice.get(`${paths.logout()}?_method=POST`, {
    'x-http-method-override': 'POST',
    'x-http-method': 'POST',
  });
  expect(answer.status).toBe(200);
  expect((await alice.get(paths.store())).status).toBe(200);
});
