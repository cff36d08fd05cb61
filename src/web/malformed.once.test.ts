import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TEXTS as LOGIN_TEXTS } from '../accounts/login/login.ts';
import { paths } from '../paths.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { expectNoFault } from '../testing/faults.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { type RawAnswer, sendRaw } from '../testing/raw.ts';
import { errorOf, type Visitor } from '../testing/visitor.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

afterEach(() => expectNoFault(app));

const FORM = 'Content-Type: application/x-www-form-urlencoded';

/** The token of a form and the cookie that it belongs to, as headers of a request. */
async function ticket(path: string): Promise<{ token: string; headers: string[]; visitor: Visitor }> {
  const visitor = app.visitor();
  const page = await visitor.get(path);
  const token = /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const cookie = [...visitor.cookies].map((pair) => pair.join('=')).join('; ');
  return { token, headers: [`Cookie: ${cookie}`, `X-CSRF-Token: ${token}`, 'Accept: text/html'], visitor };
}

/** Posts a body as it stands, with a token that counts. */
async function postRaw(path: string, body: string, more: string[] = [FORM]): Promise<RawAnswer> {
  const { headers } = await ticket(path);
  return sendRaw(app.url, [`POST ${path} HTTP/1.1`, ...headers, ...more], body);
}

describe('a body that cannot be read is refused', () => {
  test.each([
    ['a raw NUL', 'username=al\0ice&password=x', 400],
    ['an encoded NUL', 'username=al%00ice&password=x', 400],
    ['a NUL in a name', 'user%00name=alice&password=x', 400],
    ['raw bytes that are no UTF-8', 'username=\xff\xfe&password=x', 400],
    ['encoded bytes that are no UTF-8', 'username=%ff%fe&password=x', 422],
    ['half a character', 'username=\xe2\x82&password=x', 400],
    ['10,000 fields', 'a=1&'.repeat(10_000), 400],
    ['more than 100 kB', `username=${'x'.repeat(110_000)}`, 413],
  ])('%s', async (_what, body, status) => {
    for (const path of [paths.login(), paths.register()]) {
      expect((await postRaw(path, body)).status).toBe(status);
    }
  });

  test('one of 100 kB is read', async () => {
    expect((await postRaw(paths.login(), `username=${'x'.repeat(99_000)}&password=x`)).status).toBe(422);
  });

  test('one of 1 MB is read by the form into which lists are pasted, and by no other that looks like it', async () => {
    const body = (length: number) => `addresses=${'x'.repeat(length)}`;
    const list = paths.newInvitations();
    // Read, and then a guest is sent to the login page.
    expect((await postRaw(list, body(1_000_000))).status).toBe(303);
    for (const [path, length] of [
      [list, 1_100_000],
      [`${list}/`, 110_000],
      [list.toUpperCase(), 110_000],
      [paths.invitations(), 110_000],
      [paths.invitation('new'), 110_000],
    ] as const) {
      expect([path, (await postRaw(path, body(length))).status]).toEqual([path, 413]);
    }
  });

  test.each([
    ['packed in a way that nobody knows', [FORM, 'Content-Encoding: rot13'], 415],
    ['that says it is packed and is not', [FORM, 'Content-Encoding: gzip'], 400],
    ['in letters that nobody knows', [`${FORM}; charset=klingon`], 415],
  ])('one %s', async (_what, headers, status) => {
    expect((await postRaw(paths.login(), 'username=alice&password=x', headers)).status).toBe(status);
  });
});

describe('a body of another kind than a form', () => {
  test.each([
    ['text', 'Content-Type: text/plain', `username=alice&password=${PASSWORD}`],
    [
      'XML',
      'Content-Type: application/xml',
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    ],
    [
      'parts',
      'Content-Type: multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data\r\n\r\n',
    ],
    ['no kind', 'X-Nothing: 1', 'username=alice'],
    ['an unreadable kind', 'Content-Type: ;;;', 'username=alice'],
  ])('is as good as an empty form: %s', async (_kind, header, body) => {
    const answer = await postRaw(paths.login(), body, [header]);
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'username')).toBe(`Error: ${LOGIN_TEXTS.username}`);
    expect((await postRaw(paths.register(), body, [header])).status).toBe(422);
  });
});

describe('fields that are no single text', () => {
  test('are errors of their fields when they log in', async () => {
    const answer = await postRaw(
      paths.login(),
      `username=alice&username=bob&password=${PASSWORD}&password=x&remember=1&remember=2`,
    );
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'username')).toBe(`Error: ${LOGIN_TEXTS.username}`);
    expect(errorOf(answer.text, 'password')).toBe(`Error: ${LOGIN_TEXTS.password}`);
  });

  test('are errors of their fields when they register', async () => {
    const fields = ['username', 'email', 'password', 'password_confirmation'];
    const answer = await postRaw(paths.register(), fields.map((name) => `${name}=a&${name}=b`).join('&'));
    expect(answer.status).toBe(422);
    for (const name of fields) expect(errorOf(answer.text, name.replace('_', '-'))).toMatch(/^Error: Enter /);
  });

  test.each([
    'username[]=alice&password[]=x',
    'username[$ne]=&password[$ne]=',
    '__proto__=x&__proto__[role]=admin&constructor[prototype][role]=admin&constructor=x',
    'toString=x&valueOf=x&hasOwnProperty=x&length=7',
    '=&&&==&=x',
    '&'.repeat(5_000),
  ])('or have names of another language are ignored: %#', async (body) => {
    for (const path of [paths.login(), paths.register()]) {
      const answer = await postRaw(path, body);
      expect([400, 422]).toContain(answer.status);
      expect(({} as { role?: string }).role).toBeUndefined();
    }
  });

  test('of a token count for none', async () => {
    const { token, headers } = await ticket(paths.login());
    const cookie = headers.filter((header) => !header.startsWith('X-CSRF'));
    const body = `_csrf=${encodeURIComponent(token)}&_csrf=${encodeURIComponent(token)}&username=alice`;
    const answer = await sendRaw(app.url, [`POST ${paths.login()} HTTP/1.1`, ...cookie, FORM], body);
    expect(answer.status).toBe(403);
  });
});

test('line ends in what is typed reach no header', async () => {
  const typed = 'alice%0d%0aSet-Cookie:%20evil=1';
  for (const path of [paths.login(), paths.register()]) {
    const answer = await postRaw(`${path}?x=${typed}`, `username=${typed}&password=x&email=${typed}`);
    expect(answer.status).toBe(422);
    expect([...answer.headers.values()].join('\n')).not.toContain('evil');
  }
});
