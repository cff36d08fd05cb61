import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { textOf } from '../testing/visitor.ts';
import { STALE_FORM } from './errors.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ PUBLIC_URL: 'http://store.example' });
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

const login = { username: 'alice', password: PASSWORD };

describe('the token', () => {
  test('is refused when missing, wrong, doubled or another session’s', async () => {
    const visitor = app.visitor();
    const other = app.visitor();
    const page = await other.get(paths.login());
    const foreign = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    await visitor.get(paths.login());
    for (const token of ['', 'x', foreign, `${foreign}${foreign}`]) {
      expect((await visitor.post(paths.login(), { ...login, _csrf: token })).status).toBe(403);
    }
    expect((await visitor.logIn('alice', PASSWORD)).status).toBe(303);
  });

  test('counts from the body and from a header, never from the address', async () => {
    const visitor = app.visitor();
    const page = await visitor.get(paths.login());
    const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const query = `${paths.login()}?_csrf=${encodeURIComponent(token)}`;
    expect((await visitor.post(query, { ...login, _csrf: '' })).status).toBe(403);
    expect(
      (await visitor.post(paths.login(), { ...login, _csrf: '' }, { 'x-csrf-token': token })).status,
    ).toBe(303);
  });

  test('dies with the session it came from: one of before the login does not serve after it', async () => {
    const visitor = app.visitor();
    const page = await visitor.get(paths.login());
    const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    await visitor.post(paths.login(), login);
    expect((await visitor.post(paths.logout(), { _csrf: token })).status).toBe(403);
  });
});

describe('a stale form', () => {
  test('says what happened, leads back, and keeps what was typed but for secrets', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.register());
    visitor.cookies.clear();
    const answer = await visitor.post(paths.register(), {
      username: 'carol',
      email: 'carol@example.org',
      password: PASSWORD,
      password_confirmation: PASSWORD,
    });
    expect(answer.status).toBe(403);
    expect(textOf(answer.text)).toContain(STALE_FORM.title);
    expect(answer.text).toContain(`href="${paths.register()}"`);

    const form = await visitor.get(paths.register());
    expect(form.text).toContain('value="carol"');
    expect(form.text).toContain('value="carol@example.org"');
    expect(form.text).not.toContain(PASSWORD);
    expect(JSON.stringify(await app.context.db('sessions').select())).not.toContain(PASSWORD);
    expect((await visitor.get(paths.register())).text).not.toContain('value="carol"');
  });

  test.each(['//evil.example/x', '///evil.example/x', '//evil.example/%2e%2e/x'])(
    'sent to %s leads back to the store, and to no other host (ASVS 3.7.2)',
    async (path) => {
      const alice = app.visitor();
      await alice.logIn('alice', PASSWORD);
      const answer = await alice.post(path, { _csrf: 'stale' });
      expect(answer.status).toBe(403);
      expect(answer.text).not.toContain('evil.example');
      expect(answer.text).toContain(`<a class="btn btn-primary" href="${paths.store()}">`);
    },
  );

  test('of another page is not shown on this one', async () => {
    const visitor = app.visitor();
    await visitor.post(paths.register(), { username: 'carol', _csrf: 'stale' });
    expect((await visitor.get(paths.login())).text).not.toContain('value="carol"');
  });
});

describe('a request that another site sent', () => {
  const cases: [string, Record<string, string>][] = [
    ['a foreign Origin', { origin: 'https://evil.example' }],
    ['an opaque Origin', { origin: 'null' }],
    ['our host on another scheme', { origin: 'https://store.example' }],
    ['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
  ];
  test.each(cases)('is refused even with a token: %s', async (_name, headers) => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    const answer = await visitor.post(paths.login(), login, headers);
    expect(answer.status).toBe(403);
    expect(textOf(answer.text)).toContain('another site');
  });

  test('leaves no draft behind for the form it aimed at', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.register());
    await visitor.post(
      paths.register(),
      { username: 'planted', _csrf: 'x' },
      { origin: 'https://evil.example' },
    );
    expect((await visitor.get(paths.register())).text).not.toContain('planted');
  });

  test('is welcome when it only looks', async () => {
    const answer = await app.visitor().get(paths.login(), { 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(200);
  });
});

describe('our own forms', () => {
  test.each([{ origin: 'http://store.example' }, { 'sec-fetch-site': 'same-origin' }, {}])(
    'pass with %o',
    async (headers) => {
      const visitor = app.visitor();
      await visitor.get(paths.login());
      expect((await visitor.post(paths.login(), login, headers as Record<string, string>)).status).toBe(303);
    },
  );

  test('pass when they name the host that they were sent to', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    expect((await visitor.post(paths.login(), login, { origin: app.url })).status).toBe(303);
  });
});
