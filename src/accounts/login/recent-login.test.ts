import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import { readAbout } from '../../audit/audit-log.table.ts';
import { paths } from '../../paths.ts';
import { DAY, MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { type Answer, alertsOf, errorOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as LOGIN_TEXTS } from './login.ts';
import { TEXTS as RECENT_LOGIN_PAGE_TEXTS } from './recent-login.page.ts';
import { TEXTS as RECENT_LOGIN_TEXTS } from './recent-login.ts';

let app: TestApp;
let aliceId: number;
let alice: Visitor;
beforeAll(async () => {
  app = await startTestApp();
  aliceId = await addPerson(app.context, 'alice');
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => app.close());
beforeEach(async () => {
  await app.context.db('rate_limits').delete();
  alice = await logIn();
});

async function logIn(more: Record<string, string> = {}): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.follow(await visitor.logIn('alice', PASSWORD, more));
  return visitor;
}

/** Whoever has this visitor's cookies of now. */
function copyOf(visitor: Visitor): Visitor {
  const copy = app.visitor();
  for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
  return copy;
}

const confirm = (password: string, visitor = alice): Promise<Answer> =>
  visitor.submit(paths.recentLogin(), { password });
const lastEvent = async () => (await readAbout(app.context.db, aliceId, { limit: 1, offset: 0 }))[0];
const isIn = async (visitor: Visitor) => (await visitor.get(paths.store())).status === 200;

describe('a sensitive page', () => {
  const page = `${paths.endOtherDevices()}?from=list`;

  test('opens within five minutes of the login, and then asks who it is and comes back (ASVS 7.5.1)', async () => {
    app.passTime(5 * MINUTE - 5_000);
    expect((await alice.get(page)).location).not.toBe(paths.recentLogin());
    app.passTime(5_000);
    const answer = await alice.get(page);
    expect([answer.status, answer.location]).toEqual([303, paths.recentLogin()]);
    const confirmed = await confirm(PASSWORD);
    expect([confirmed.status, confirmed.location]).toEqual([303, page]);
    expect((await alice.follow(confirmed)).location).not.toBe(paths.recentLogin());
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
    'that is not of this site is never gone back to: %s (ASVS 3.7.2)',
    async (target) => {
      app.passTime(6 * MINUTE);
      await alice.get(page);
      const row = await app.context.db('sessions').where('data', 'like', `%${page}%`).first();
      const data = JSON.stringify({ ...JSON.parse(row.data), confirmation: { target } });
      await app.context.db('sessions').where('id_hash', row.id_hash).update({ data });
      expect((await confirm(PASSWORD)).location).toBe(paths.account());
    },
  );
});

test('a form comes back with what was typed but for secrets, and is not carried out by that', async () => {
  app.passTime(6 * MINUTE);
  const typed = { username: 'alice.b', email: 'b@example.org', some_password: 'hush-hush' };
  const answer = await alice.post(paths.profile(), typed);
  expect(answer.location).toBe(paths.recentLogin());
  expect(JSON.stringify(await app.context.db('sessions').select())).not.toContain('hush-hush');
  const confirmed = await confirm(PASSWORD);
  expect(confirmed.location).toBe(paths.profile());
  const form = await alice.follow(confirmed);
  expect(alertsOf(form.text)).toEqual([`info: Information: ${RECENT_LOGIN_PAGE_TEXTS.unsent}`]);
  expect(form.text).toContain('value="alice.b"');
  expect(form.text).toContain('value="b@example.org"');
  expect(form.text).not.toContain('hush-hush');
  expect(await app.context.db('users').where('id', aliceId).first()).toMatchObject({ username: 'alice' });
});

describe('a wrong password', () => {
  test('is said beside the field, logged, and proves nothing', async () => {
    app.passTime(6 * MINUTE);
    await alice.get(paths.endOtherDevices());
    for (const [password, error] of [
      ['', `Error: ${LOGIN_TEXTS.password}`],
      ['wrong', `Error: ${RECENT_LOGIN_TEXTS.wrong}`],
      ['x'.repeat(10_000), `Error: ${RECENT_LOGIN_TEXTS.wrong}`],
    ] as const) {
      const answer = await confirm(password);
      expect([answer.status, errorOf(answer.text, 'password')]).toEqual([422, error]);
    }
    const event = await lastEvent();
    expect(event).toMatchObject({ action: 'login.failed', actorKind: 'member', actorId: aliceId });
    expect(personalOf(event as NonNullable<typeof event>).details).toEqual({
      factors: ['password'],
      reason: 'wrong password',
    });
    expect((await alice.get(paths.endOtherDevices())).location).toBe(paths.recentLogin());
  });

  test('counts as a failed login: the sixth in a minute waits, here and at the door', async () => {
    for (let time = 0; time < 5; time += 1) expect((await confirm('wrong')).status).toBe(422);
    const answer = await confirm(PASSWORD);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(alertsOf(answer.text)[0]).toMatch(
      /^danger: Error: Too many wrong attempts\. Try again in \d+ seconds\.$/,
    );
    alice.cookies.delete('gatehouse');
    expect((await alice.logIn('alice', PASSWORD)).status).toBe(429);
  });

  test('does not count where the fault is the store’s', async () => {
    const verify = vi
      .spyOn(app.context.hasher, 'verify')
      .mockRejectedValue(new Error('the threads are gone'));
    for (let time = 0; time < 6; time += 1) expect((await confirm(PASSWORD)).status).toBe(500);
    verify.mockRestore();
    expect((await confirm(PASSWORD)).status).toBe(303);
  });
});

describe('who has confirmed', () => {
  test('goes on under a new session id, and the old one is dead (ASVS 7.2.4)', async () => {
    const thief = copyOf(alice);
    expect(await isIn(thief)).toBe(true);
    await confirm(PASSWORD);
    expect(alice.cookies.get('gatehouse')).not.toBe(thief.cookies.get('gatehouse'));
    expect(await isIn(alice)).toBe(true);
    expect(await isIn(thief)).toBe(false);
  });

  test('by a double click is in all the same', async () => {
    await alice.get(paths.recentLogin());
    const answers = await Promise.all(
      [1, 2].map(() => alice.post(paths.recentLogin(), { password: PASSWORD })),
    );
    expect(answers.map(({ status, location }) => [status, location])).toEqual(
      Array(2).fill([303, paths.account()]),
    );
    expect(await isIn(alice)).toBe(true);
  });

  test('is remembered for as long as before', async () => {
    const remembered = await logIn({ remember: '1' });
    const cookieOf = (answer: Answer) =>
      answer.headers.getSetCookie().find((line) => line.startsWith('gatehouse=')) ?? '';
    const expires = /Expires=([^;]+)/.exec(cookieOf(await confirm(PASSWORD, remembered)))?.[1] ?? '';
    expect((Date.parse(expires) - Date.now()) / DAY).toBeCloseTo(14, 2);
    expect(cookieOf(await confirm(PASSWORD))).not.toContain('Expires');
    app.passTime(13 * DAY);
    expect(await isIn(remembered)).toBe(true);
    expect(await isIn(alice)).toBe(false);
  });
});
