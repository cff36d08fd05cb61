import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { sendRaw } from '../testing/raw.ts';
import { isSameSitePath } from './redirect.ts';

describe('a path of this site', () => {
  test.each([
    '/',
    '/store',
    '/ok?x=1#y',
    '/store?q=tea&page=2',
    '/a/b/../c',
    '/%2f%2fevil.example',
    '/%5cevil.example',
    '/store?next=http://evil.example',
    '/@evil.example',
    '/:80',
    '/a//b',
  ])('%s', (text) => {
    expect(isSameSitePath(text)).toBe(true);
    expect(new URL(text, 'http://store.example').origin).toBe('http://store.example');
  });
});

describe('no path of this site, to be ignored (ASVS 3.7.2)', () => {
  test.each([
    ['nothing', ''],
    ['another host', '//evil.example'],
    ['another host after three', '///evil.example'],
    ['a backslash', '/\\evil.example'],
    ['a backslash first', '\\/evil.example'],
    ['a backslash later', '/store\\..\\..'],
    ['another address', 'http://evil.example'],
    ['an address without host', 'http:evil'],
    ['a script', 'javascript:alert(1)'],
    ['data', 'data:text/html,x'],
    ['a relative path', 'store'],
    ['a dot', './store'],
    ['a query', '?x=1'],
    ['a fragment', '#x'],
    ['a space in front', ' /store'],
    ['a space within', '/st ore'],
    ['a tab between the slashes', '/\t/evil.example'],
    ['a line end between the slashes', '/\n/evil.example'],
    ['a carriage return', '/\r/evil.example'],
    ['a header behind a line end', '/store\r\nSet-Cookie: a=b'],
    ['a NUL', '/store\0'],
    ['a letter beyond ASCII', '/störe'],
    ['a full-width slash', '/\uff0fevil.example'],
    ['a line separator', '/\u2028/evil.example'],
    ['DEL', '/\x7f'],
  ])('%s', (_what, text) => {
    expect(isSameSitePath(text)).toBe(false);
  });
});

describe('after the login', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startTestApp();
    await addPerson(app.context, 'alice');
  });
  afterAll(() => app.close());

  /** Where somebody ends up who asked for this target as a guest, then logged in. */
  async function targetOf(asked: string): Promise<string> {
    const guest = app.visitor();
    const answer = await sendRaw(app.url, [`GET ${asked} HTTP/1.1`, 'Accept: text/html']);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(paths.login());
    guest.cookies.set(
      'gatehouse-return',
      /gatehouse-return=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '',
    );
    return (await guest.logIn('alice', PASSWORD)).location;
  }

  test('leads to the page first asked for, with its filters', async () => {
    expect(await targetOf('/store?q=tea&page=2')).toBe('/store?q=tea&page=2');
    expect(await targetOf('/store/laptop')).toBe('/store/laptop');
  });

  test.each([
    '//evil.example/store',
    '/\\evil.example',
    '/\\/evil.example',
    'http://evil.example/store',
    '///evil.example',
  ])('never leads to another site: %s (ASVS 3.7.2)', async (asked) => {
    expect(await targetOf(asked)).toBe(paths.store());
  });

  test('keeps a line end that was asked for in its encoded form', async () => {
    const asked = '/store%0d%0aSet-Cookie:%20a=b';
    expect(await targetOf(asked)).toBe(asked);
  });

  test('pays no regard to what the form or the address of the login page says', async () => {
    const visitor = app.visitor();
    await visitor.get(`${paths.login()}?returnTo=//evil.example&next=//evil.example`);
    const answer = await visitor.post(`${paths.login()}?returnTo=//evil.example`, {
      username: 'alice',
      password: PASSWORD,
      returnTo: '//evil.example',
    });
    expect(answer.location).toBe(paths.store());
  });

  test.each([paths.home(), paths.login(), paths.register()])(
    'a member who is led on from %s hears it anew each time: a guest is led elsewhere (ASVS 14.3.2)',
    async (path) => {
      const alice = app.visitor();
      await alice.logIn('alice', PASSWORD);
      const answer = await alice.get(path);
      expect([answer.status, answer.location]).toEqual([303, paths.store()]);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    },
  );
});
