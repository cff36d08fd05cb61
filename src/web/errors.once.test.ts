import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createPasswordHasher } from '../accounts/password-hasher.ts';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { addPerson, PASSWORD, signIn } from '../testing/people.ts';
import { type Answer, textOf, type Visitor } from '../testing/visitor.ts';
import { TEXTS as ERRORS_TEXTS, STALE_FORM } from './errors.ts';
import { Problem } from './problems.ts';

let app: TestApp;
let alice: Visitor;
/** The parts of the store that a test replaces by broken ones. */
let whole: Pick<TestApp['context'], 'hasher' | 'throttles'>;
beforeAll(async () => {
  app = await startTestApp();
  const { hasher, throttles } = app.context;
  whole = { hasher, throttles };
  alice = await signIn(app, 'alice');
});
afterEach(() => {
  Object.assign(app.context, whole);
});
afterAll(() => app.close());

const CAUSE = 'the-cause-of-it-all';
const JSON_ONLY = { accept: 'application/json' };

function breakLogin(error: unknown): void {
  app.context.hasher = { ...whole.hasher, verify: () => Promise.reject(error) };
}

/** Sends the login form of a guest. */
async function logIn(headers: Record<string, string> = {}): Promise<Answer> {
  const visitor = app.visitor();
  await visitor.get(paths.login());
  return visitor.post(paths.login(), { username: 'alice', password: PASSWORD }, headers);
}

/** What leads to each of the statuses, and what their pages say. */
const CASES: [number, string, string, (headers?: Record<string, string>) => Promise<Answer>][] = [
  [400, ERRORS_TEXTS[400].title, 'To the login page', (headers) => alice.get('/store?q=%zz', headers)],
  [
    403,
    ERRORS_TEXTS[403].title,
    'To the store',
    (headers) => alice.post(paths.logout(), {}, { origin: 'http://evil.example', ...headers }),
  ],
  [
    403,
    STALE_FORM.title,
    'Back to the form',
    (headers) => alice.post(paths.logout(), { _csrf: 'stale' }, headers),
  ],
  [404, ERRORS_TEXTS[404].title, 'To the store', (headers) => alice.get('/nothing/here', headers)],
  [405, ERRORS_TEXTS[405].title, 'To the store', (headers) => alice.post(paths.store(), {}, headers)],
  [
    413,
    ERRORS_TEXTS[413].title,
    'To the store',
    (headers) => alice.post(paths.logout(), { much: 'x'.repeat(110_000) }, headers),
  ],
  [
    429,
    ERRORS_TEXTS[429].title,
    'To the login page',
    (headers) => {
      const take = () => Promise.reject(new Problem(429, '', 41_001));
      const { throttles } = whole;
      app.context.throttles = { ...throttles, login: { ...throttles.login, take } };
      return logIn(headers);
    },
  ],
  [
    500,
    ERRORS_TEXTS[500].title,
    'To the login page',
    (headers) => {
      breakLogin(new Error(CAUSE));
      return logIn(headers);
    },
  ],
  [
    503,
    ERRORS_TEXTS[503].title,
    'To the login page',
    (headers) => {
      breakLogin(Object.assign(new Error(CAUSE), { code: 'ECONNREFUSED' }));
      return logIn(headers);
    },
  ],
];

describe('the page of an error', () => {
  test.each(CASES)('%d "%s" stands in the layout, leads on and tells its reference', async (...about) => {
    const [status, title, link, provoke] = about;
    const answer = await provoke();
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.text).toMatch(/^<!DOCTYPE html>[\s\S]*<header class="top[\s\S]*<\/html>\s*$/);
    const text = textOf(answer.text);
    expect(text).toContain(title);
    expect(text).toContain(link);
    expect(text).toContain(`Reference: ${answer.headers.get('x-request-id')}`);
  });

  test('is for a member the member’s, with a way to log out that works', async () => {
    const bob = app.visitor();
    await addPerson(app.context, 'bob');
    await bob.follow(await bob.logIn('bob', PASSWORD));
    const answer = await bob.get('/nothing/here');
    expect(textOf(answer.text)).toContain('Logged in as bob');
    expect((await bob.post(paths.logout())).location).toBe(paths.login());
  });

  test('has a reference of its own each time, whatever the client calls its request', async () => {
    const answers = [await alice.get('/a'), await alice.get('/b', { 'x-request-id': 'mine' })];
    const ids = answers.map(({ headers }) => headers.get('x-request-id'));
    expect(new Set(ids).size).toBe(2);
    expect(ids).not.toContain('mine');
  });

  test('prints nothing of the address', async () => {
    const { text } = await alice.get('/<script>alert(1)</script>?x=<b>');
    expect(text).not.toMatch(/alert\(1\)|<b>/);
  });
});

describe('who asks for JSON', () => {
  test.each(CASES)('gets %d "%s" as JSON', async (...about) => {
    const [status, title, , provoke] = about;
    const answer = await provoke(JSON_ONLY);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const { error } = JSON.parse(answer.text);
    expect(error).toEqual({
      status,
      title,
      message: expect.stringMatching(/\w/),
      requestId: answer.headers.get('x-request-id'),
    });
  });

  test('and is a guest is told to log in, not led to a page', async () => {
    const answer = await app.visitor().get(paths.store(), JSON_ONLY);
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.text).error).toMatchObject({ title: ERRORS_TEXTS[401].title });
  });

  test.each(['*/*', 'image/png', 'text/*', 'application/json;q=0.1, text/html', ';;;', ''])(
    'is not whoever takes anything: "%s" gets a page',
    async (accept) => {
      const answer = await alice.get('/nothing/here', { accept });
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    },
  );
});

describe('a time to try again', () => {
  test.each([
    [429, '42'],
    [503, '5'],
  ])('is told with %d in whole seconds, rounded up', async (status, seconds) => {
    const provoke = CASES.find(([of]) => of === status)?.[3];
    expect((await provoke?.())?.headers.get('retry-after')).toBe(seconds);
  });

  test('is told when too many passwords wait, and who comes later gets in', async () => {
    const narrow = await createPasswordHasher(4, { threads: 1, queue: 1 });
    app.context.hasher = narrow;
    let crowded = true;
    const crowd = Array.from({ length: 6 }, async () => {
      while (crowded) await narrow.hash('x').catch(() => new Promise(setImmediate));
    });
    const answers = await Promise.all(Array.from({ length: 4 }, () => logIn()));
    crowded = false;
    await Promise.all(crowd);
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers, text } of refused) {
      expect(headers.get('retry-after')).toBe('5');
      expect(textOf(text)).toContain(ERRORS_TEXTS[503].title);
    }
    expect((await logIn()).status).toBe(303);
    await narrow.close();
  });
});
