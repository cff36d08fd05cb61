import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import { readAbout } from '../../audit/audit-log.table.ts';
import { paths } from '../../paths.ts';
import { DAY, MINUTE, SECOND } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { appCode, setUpApp } from '../../testing/authenticator.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { lastMailTo } from '../../testing/mailbox.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { type Answer, alertsOf, errorOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as CODE_FIELD_TEXTS } from '../credentials/code-field.ts';
import { distrustBrowsersOf } from '../credentials/known-browsers.table.ts';
import { revokeOtherAccess } from '../credentials/revoke-access.ts';
import { STEP } from '../credentials/totp.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { TEXTS as SECOND_FACTOR_TEXTS } from './second-factor.page.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(() => app.context.db('rate_limits').delete());

let count = 0;

/** A member with two-factor on, logged in with a browser of their own. */
async function addMember(name = 'alice') {
  count += 1;
  const username = `${name}-${count}`;
  const own = await signIn(app, username);
  const { key, codes } = await setUpApp(app, own);
  const { id } = await app.context.db('users').where({ username }).first('id');
  return { id: id as number, username, own, key, codes };
}

/** Shows the password, from a browser that was never here unless one is given. */
async function showPassword(
  username: string,
  more: Record<string, string> = {},
  visitor = app.visitor(),
): Promise<Visitor> {
  const answer = await visitor.logIn(username, PASSWORD, more);
  expect(answer.location).toBe(paths.secondFactor());
  await visitor.follow(answer);
  return visitor;
}

const showCode = (visitor: Visitor, code: string, more: Record<string, string> = {}) =>
  visitor.post(paths.secondFactor(), { code, ...more });

const isIn = (answer: Answer) => answer.status === 303 && answer.location === paths.store();

async function newestEvent(id: number) {
  const [row] = await readAbout(app.context.db, id, { limit: 1, offset: 0 });
  return row && { action: row.action, actor: row.actorKind, details: personalOf(row).details };
}

describe('the second step of a login', () => {
  test('lets in with a code from the app, under a new session id (ASVS 7.2.4), and is written down', async () => {
    const { id, username, key } = await addMember();
    const visitor = await showPassword(username);
    const before = visitor.cookies.get('gatehouse');
    const code = appCode(app, key);
    const answer = await showCode(visitor, `${code.slice(0, 3)} ${code.slice(3)}`);
    expect(isIn(answer)).toBe(true);
    expect(visitor.cookies.get('gatehouse')).not.toBe(before);
    expect(alertsOf((await visitor.follow(answer)).text)).toEqual([
      `success: Success: ${DOOR_TEXTS.welcome(username)}`,
    ]);
    expect(await newestEvent(id)).toMatchObject({
      action: 'login.succeeded',
      details: { factors: ['password', 'a code from an authenticator app'] },
    });
  });

  test.each([
    paths.store(),
    paths.account(),
    paths.twoFactor(),
    paths.authenticatorApp(),
    paths.recentLogin(),
  ])('has to be taken before %s opens (ASVS 6.3.3)', async (path) => {
    const { username } = await addMember();
    const visitor = await showPassword(username);
    expect((await visitor.get(path)).location).toBe(paths.login());
  });

  test('keeps what was said in the first: the page asked for, and to be remembered', async () => {
    const { username, key } = await addMember();
    const visitor = app.visitor();
    await visitor.get(paths.product('laptop'));
    await showPassword(username, { remember: '1' }, visitor);
    const answer = await showCode(visitor, appCode(app, key));
    expect(answer.location).toBe(paths.product('laptop'));
    expect(answer.headers.get('set-cookie')).toMatch(/gatehouse=[^;]+; Path=\/; Expires=/);
  });

  test('refuses a wrong code beside the field, keeps the tick and not the code, and writes it down (ASVS 16.3.1)', async () => {
    const { id, username } = await addMember();
    const visitor = await showPassword(username);
    const answer = await showCode(visitor, '000 00o', { trust: '1' });
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'code')).toBe(`Error: ${CODE_FIELD_TEXTS.wrong}`);
    expect(answer.text).not.toContain('000 00o');
    expect(answer.text).toMatch(/name="trust"[^>]* checked/);
    expect(await newestEvent(id)).toEqual({
      action: 'login.failed',
      actor: 'guest',
      details: { factors: ['a recovery code'], reason: 'wrong code' },
    });
  });

  test('is not taken without the first', async () => {
    const visitor = app.visitor();
    await visitor.get(paths.login());
    for (const ask of [() => visitor.get(paths.secondFactor()), () => showCode(visitor, '123456')]) {
      const answer = await ask();
      expect([answer.status, answer.location]).toEqual([303, paths.login()]);
      expect(alertsOf((await visitor.follow(answer)).text)).toEqual([
        `warning: Warning: ${SECOND_FACTOR_TEXTS.again}`,
      ]);
    }
  });

  const users = () => app.context.db('users');
  test.each<[string, (id: number) => unknown]>([
    ['ten minutes', () => app.passTime(10 * MINUTE + SECOND)],
    [
      'a change of the password',
      (id) => users().where({ id }).update({ password_changed_at: app.context.clock() }),
    ],
    ['disabling', (id) => users().where({ id }).update({ disabled_at: 1 })],
    ['turning two-factor off', (id) => users().where({ id }).update({ two_factor_since: null })],
    ['deletion', (id) => users().where({ id }).delete()],
  ])('is over after %s', async (_what, happens) => {
    const { id, username, key } = await addMember();
    const visitor = await showPassword(username);
    await happens(id);
    expect((await showCode(visitor, appCode(app, key))).location).toBe(paths.login());
    expect((await visitor.get(paths.store())).location).toBe(paths.login());
  });

  test('takes for no code whatever is none', async () => {
    const { username } = await addMember();
    const visitor = await showPassword(username);
    const long = ['x'.repeat(10_000), '-'.repeat(90), '1'.repeat(90)];
    for (const code of ['', ' ', '-', '1', '１２３４５６', "' or 1=1 --", '<b>', 'null', ...long]) {
      await app.context.db('rate_limits').delete();
      expect((await showCode(visitor, code)).status).toBe(422);
    }
    await expectNoFault(app);
  });

  test('takes no code, two codes and no form at all for mistakes', async () => {
    const { username } = await addMember();
    const visitor = await showPassword(username);
    const token = /name="_csrf" value="([^"]+)"/.exec((await visitor.get(paths.secondFactor())).text)?.[1];
    const send = (body: string) =>
      visitor.request(paths.secondFactor(), {
        method: 'POST',
        headers: { 'x-csrf-token': String(token), 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
    expect((await send('code=111111&code=222222')).status).toBe(422);
    expect(errorOf((await send('')).text, 'code')).toBe('Error: Enter a code.');
    const bare = { method: 'POST', headers: { 'x-csrf-token': String(token) } };
    expect((await visitor.request(paths.secondFactor(), bare)).status).toBe(422);
    await expectNoFault(app);
  });
});

describe('a code', () => {
  const shown = (kind: string, { key, codes }: Awaited<ReturnType<typeof addMember>>) =>
    kind === 'app' ? appCode(app, key) : String(codes[0]);

  test.each(['app', 'recovery'])('of the %s kind counts once (ASVS 6.5.1)', async (kind) => {
    const member = await addMember();
    const code = shown(kind, member);
    expect(isIn(await showCode(await showPassword(member.username), code))).toBe(true);
    expect((await showCode(await showPassword(member.username), code)).status).toBe(422);
  });

  test.each(['app', 'recovery'])(
    'of the %s kind counts for one of those who send it at once (ASVS 6.5.1)',
    async (kind) => {
      const member = await addMember();
      const visitors = [];
      for (let time = 0; time < 4; time += 1) visitors.push(await showPassword(member.username));
      const code = shown(kind, member);
      const answers = await Promise.all(visitors.map((visitor) => showCode(visitor, code)));
      expect(answers.filter(isIn)).toHaveLength(1);
      expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422, 422]);
    },
  );

  test('from a phone one step behind or ahead counts, two steps off it does not', async () => {
    const { username, key } = await addMember();
    // To the beginning of a step, some steps later: none ends during the test.
    app.passTime(5 * STEP - (app.context.clock() % STEP));
    for (const [step, works] of [
      [-2, false],
      [2, false],
      [-1, true],
      [1, true],
    ] as const) {
      expect(isIn(await showCode(await showPassword(username), appCode(app, key, step)))).toBe(works);
    }
    // The step between them is past, though its code was never shown.
    expect(isIn(await showCode(await showPassword(username), appCode(app, key)))).toBe(false);
  });

  test('of another member opens nothing', async () => {
    const alice = await addMember('alice');
    const mallory = await addMember('mallory');
    const visitor = await showPassword(alice.username);
    expect((await showCode(visitor, String(mallory.codes[0]))).status).toBe(422);
    expect((await showCode(visitor, appCode(app, mallory.key))).status).toBe(422);
  });
});

describe('a recovery code', () => {
  test.each<[string, (code: string) => string]>([
    ['in capitals', (code) => code.toUpperCase()],
    ['without hyphens', (code) => code.replaceAll('-', '')],
    ['with spaces for hyphens', (code) => ` ${code.replaceAll('-', '  ')} `],
    ['with other dashes', (code) => code.replaceAll('-', '–')],
    ['with letters that look like its digits', (code) => code.replaceAll('0', 'o').replaceAll('1', 'l')],
  ])('may be typed %s', async (_how, written) => {
    const { username, codes } = await addMember();
    expect(isIn(await showCode(await showPassword(username), written(String(codes[0]))))).toBe(true);
  });

  test('that was used is told by mail and on the next page, with how many are left', async () => {
    const { id, username, codes } = await addMember();
    const warnings = [];
    for (const code of codes) {
      await app.context.db('rate_limits').delete();
      const visitor = await showPassword(username);
      const store = await visitor.follow(await showCode(visitor, code));
      warnings.push(alertsOf(store.text)[1]);
    }
    expect(warnings[0]).toBe(`warning: Warning: ${SECOND_FACTOR_TEXTS.manyLeft(9)}`);
    expect(warnings[8]).toContain('one is left. Make new ones soon');
    expect(warnings[9]).toContain('That was your last recovery code. Make new ones now');
    expect(await newestEvent(id)).toMatchObject({ details: { factors: ['password', 'a recovery code'] } });
    const mail = await lastMailTo(app.context, `${username}@example.org`, 'A recovery code was used');
    expect(mail.message.paragraphs[0]).toContain('It was the last one');
  });
});

describe('wrong codes', () => {
  const fail = async (visitor: Visitor, times: number) => {
    const statuses = [];
    for (let time = 0; time < times; time += 1) statuses.push((await showCode(visitor, 'wrong')).status);
    return statuses;
  };

  test('wait after five in a minute, also in a new login, while the member’s own browser gets in (ASVS 6.3.1)', async () => {
    const { username, own, key } = await addMember();
    const thief = await showPassword(username);
    expect(await fail(thief, 6)).toEqual([422, 422, 422, 422, 422, 429]);
    const answer = await showCode(await showPassword(username), appCode(app, key));
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(alertsOf(answer.text)[0]).toMatch(
      /^danger: Error: Too many wrong codes. Try again in \d+ seconds\.$/,
    );

    await own.submit(paths.logout());
    await showPassword(username, {}, own);
    expect(isIn(await showCode(own, appCode(app, key)))).toBe(true);
  });

  test('at the same instant do not slip through', async () => {
    const { username } = await addMember();
    const visitor = await showPassword(username);
    const answers = await Promise.all(Array.from({ length: 9 }, () => showCode(visitor, '000000')));
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
  });
});

describe('a trusted browser', () => {
  /** A browser that its member trusted. */
  async function trust() {
    const member = await addMember();
    const { username, own, key } = member;
    await own.submit(paths.logout());
    await showPassword(username, {}, own);
    expect(isIn(await showCode(own, appCode(app, key), { trust: '1' }))).toBe(true);
    await own.submit(paths.logout());
    return member;
  }
  const stepAfterPassword = async (visitor: Visitor, username: string) =>
    (await visitor.logIn(username, PASSWORD)).location;

  test('is asked for no code for 30 days, and the log says why', async () => {
    const { id, username, own } = await trust();
    app.passTime(30 * DAY - MINUTE);
    expect(await stepAfterPassword(own, username)).toBe(paths.store());
    expect(await newestEvent(id)).toMatchObject({ details: { factors: ['password', 'a trusted browser'] } });
    await own.submit(paths.logout());
    app.passTime(2 * MINUTE);
    expect(await stepAfterPassword(own, username)).toBe(paths.secondFactor());
  });

  test('is trusted by its member alone, and no other browser is', async () => {
    const { username, own } = await trust();
    const bob = await addMember('bob');
    expect(await stepAfterPassword(own, bob.username)).toBe(paths.secondFactor());
    const elsewhere = app.visitor();
    elsewhere.cookies.set('gatehouse-browser', 'made-up');
    expect(await stepAfterPassword(elsewhere, username)).toBe(paths.secondFactor());
    expect(await stepAfterPassword(own, username)).toBe(paths.store());
  });

  test.each([
    ['its trust was ended', distrustBrowsersOf],
    ['a change of the factors', (trx, id) => revokeOtherAccess(trx, id, '')] as [
      string,
      typeof distrustBrowsersOf,
    ],
  ])('is asked again after %s', async (_what, happens) => {
    const { id, username, own } = await trust();
    await app.context.db.transaction((trx) => happens(trx, id));
    expect(await stepAfterPassword(own, username)).toBe(paths.secondFactor());
  });
});
