import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { sendRaw } from '../testing/raw.ts';
import { type Assets, loadAssets } from './assets.ts';
import { TEXTS as ERRORS_TEXTS } from './errors.ts';

let app: TestApp;
let assets: Assets;
beforeAll(async () => {
  app = await startTestApp();
  assets = loadAssets();
});
afterAll(() => app.close());

const get = (path: string, headers: Record<string, string> = {}) => app.visitor().get(path, headers);
const FILES = [
  'css/gatehouse.css',
  'favicon.svg',
  'js/show-password.js',
  'bootstrap/bootstrap.min.css',
  'simplewebauthn/browser.min.js',
];

describe('a static file', () => {
  test.each(FILES)('has an address with a version: %s', (file) => {
    expect(assets.url(file)).toMatch(new RegExp(`^/assets/${file}\\?v=[0-9a-f]{10}$`));
    expect(loadAssets().url(file)).toBe(assets.url(file));
  });

  test('that is not there is an error of the template that names it', () => {
    expect(() => assets.url('css/nothing.css')).toThrow('There is no static file css/nothing.css.');
    expect(() => assets.url('../package.json')).toThrow();
  });

  test.each(FILES)('is served to everybody, for a year, without a session: %s', async (file) => {
    const { status, headers } = await get(assets.url(file));
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each([
    ['css/gatehouse.css', 'text/css; charset=utf-8'],
    ['js/show-password.js', 'text/javascript; charset=utf-8'],
    ['favicon.svg', 'image/svg+xml'],
    ['bootstrap/bootstrap.min.css', 'text/css; charset=utf-8'],
    ['simplewebauthn/browser.min.js', 'text/javascript; charset=utf-8'],
  ])('says what it is: %s', async (file, type) => {
    expect((await get(paths.asset(file))).headers.get('content-type')).toBe(type);
  });

  test('comes byte for byte', async () => {
    const file = readFileSync(join(PROJECT_FOLDER, 'public/css/gatehouse.css'), 'utf8');
    expect((await get(assets.url('css/gatehouse.css'))).text).toBe(file);
  });

  test.each(['', '?v=', '?v=0000000000', '?v=x&v=y', '?w=1'])(
    'under another version is asked for anew each time: "%s"',
    async (query) => {
      const { status, headers } = await get(paths.asset('css/gatehouse.css') + query);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toBe('no-cache');
    },
  );

  test('that has not changed is not sent again', async () => {
    const path = paths.asset('css/gatehouse.css');
    const etag = (await get(path)).headers.get('etag') ?? '';
    // Not with fetch, which asks for everything anew when it is given this header.
    const again = await sendRaw(app.url, [`GET ${path} HTTP/1.1`, `If-None-Match: ${etag}`]);
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('every file that a page links to is there', async () => {
    const page = (await get(paths.login())).text;
    const links = [...page.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, link]) => link ?? '');
    expect(links.length).toBeGreaterThan(2);
    for (const link of links) {
      const { status, headers } = await get(link);
      expect(status).toBe(200);
      expect(headers.get('cache-control')).toContain('immutable');
    }
  });
});

describe('below /assets', () => {
  test.each([
    '/assets/nothing.css',
    '/assets/nothing.css?v=0000000000',
    '/assets/bootstrap/bootstrap.js',
    '/assets/css/gatehouse.css/x',
  ])('what is not there is 404 for guests too, not the login page: %s', async (path) => {
    const answer = await get(path);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain(ERRORS_TEXTS[404].title);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  test.each(['/assets', '/assets/', '/assets/css', '/assets/css/', '/assets/bootstrap/'])(
    'no folder is listed or redirected to: %s',
    async (path) => {
      const answer = await get(path);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toContain('gatehouse.css</a>');
    },
  );

  test.each([
    '/assets/../package.json',
    '/assets/..%2fpackage.json',
    '/assets/%2e%2e/package.json',
    '/assets/%2e%2e%2fpackage.json',
    '/assets/css/..%2f..%2f..%2fpackage.json',
    '/assets/..%5cpackage.json',
    '/assets/..\\package.json',
    '/assets//etc/passwd',
    '/assets/%2fetc%2fpasswd',
    '/assets/....//package.json',
    '/assets/..;/package.json',
    '/assets/css/../../package.json',
  ])('nothing outside can be reached: %s', async (path) => {
    const answer = await sendRaw(app.url, [`GET ${path} HTTP/1.1`, 'Accept: text/html']);
    expect([303, 400, 403, 404]).toContain(answer.status);
    expect(answer.text).not.toMatch(/"gatehouse"|root:/);
  });

  test.each(['/assets/%00', '/assets/css/gatehouse.css%00.png', '/assets/%zz', '/assets/%ff'])(
    'an unreadable address is refused: %s',
    async (path) => {
      expect((await sendRaw(app.url, [`GET ${path} HTTP/1.1`])).status).toBe(400);
    },
  );

  test('hidden files stay hidden', async () => {
    for (const path of ['/assets/.env', '/assets/.git/config', '/assets/css/.htaccess']) {
      expect((await get(path)).status).toBe(404);
    }
  });

  test('nothing can be sent', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await app.visitor().request(paths.asset('css/gatehouse.css'), { method });
      expect([404, 405]).toContain(answer.status);
    }
  });
});

describe('at the top of the site', () => {
  test.each([
    ['/robots.txt', 'text/plain; charset=utf-8', 'User-agent'],
    ['/favicon.ico', 'image/svg+xml', '<svg'],
  ])('%s is there for everybody, for a day', async (path, type, text) => {
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(type);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.text.toLowerCase()).toContain(text.toLowerCase());
  });

  test('robots are told to stay outside', async () => {
    expect((await get('/robots.txt')).text).toMatch(/^User-agent: \*\nDisallow: \/\n/i);
  });
});
