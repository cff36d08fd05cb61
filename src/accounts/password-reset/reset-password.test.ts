import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { appCode, setUpApp } from '../../testing/authenticator.ts';
import { actionPath, lastMailTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { throttleKeyOf } from '../login/login-attempts.ts';
import { THROTTLE } from '../throttle-limits.ts';
import { queueResetLink, TEXTS as RESET_LINKS_TEXTS } from './reset-links.ts';
import { TEXTS as RESET_PASSWORD_PAGE_TEXTS } from './reset-password.page.ts';

const NEW = 'Oak-bench-under-9-stars!';
const FORM = { password: NEW, password_confirmation: NEW };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(() => app.context.db('rate_limits').delete());

/** Mails somebody a reset link, and gives its path. */
async function linkFor(id: number): Promise<string> {
  const { username, email } = await app.context.db('users').where({ id }).first();
  const asked = { createdAt: app.context.clock(), address: '192.0.2.1', userAgent: '' };
  await inTransaction(app.context.db, (trx) =>
    queueResetLink(trx, app.context, { id, username, email }, { kind: 'asked', ...asked }),
  );
  return actionPath(await lastMailTo(app.context, email, RESET_LINKS_TEXTS.subject));
}

async function opened(link: string): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.follow(await visitor.get(link));
  return visitor;
}

test('the link leads on to a form without the token, which is nowhere in the page, session or log', async () => {
  const id = await addPerson(app.context, 'alice');
  const link = await linkFor(id);
  const token = link.split('/').at(-1) as string;
  const visitor = app.visitor();
  const first = await visitor.get(link);
  expect([first.status, first.location]).toEqual([303, paths.resetPassword()]);
  expect(first.headers.get('referrer-policy')).toBe('same-origin');
  expect(first.headers.get('cache-control')).toBe('no-store');

  const form = await visitor.follow(first);
  expect(textOf(form.text)).toContain('The link works for another 60 minutes.');
  expect(form.text).not.toContain(token);
  const sessions = await app.context.db('sessions').pluck('data');
  expect(sessions.join()).not.toContain(token);
  expect(app.log.join()).not.toContain(token);
});

test('a reset gives a new password, ends every session and every other link, and logs nobody in', async () => {
  const id = await addPerson(app.context, 'bob');
  const bob = app.visitor();
  await bob.logIn('bob', PASSWORD);
  await app.context.db('known_browsers').where('user_id', id).update({ trusted_until: 9e12 });
  const earlier = await linkFor(id);
  const visitor = await opened(await linkFor(id));

  const done = await visitor.post(paths.resetPassword(), FORM);
  expect([done.status, done.location]).toEqual([303, paths.login()]);
  expect(alertsOf((await visitor.follow(done)).text)).toEqual([
    `success: Success: ${RESET_PASSWORD_PAGE_TEXTS.done}`,
  ]);
  expect((await visitor.get(paths.store())).location).toBe(paths.login());
  expect((await bob.get(paths.store())).location).toBe(paths.login());
  expect((await app.visitor().logIn('bob', PASSWORD)).status).toBe(422);
  expect((await app.visitor().logIn('bob', NEW)).location).toBe(paths.store());

  const row = await app.context.db('users').where({ id }).first();
  expect(row.email_verified_at).not.toBeNull();
  expect(row.password_changed_at).not.toBeNull();
  const trusted = await app.context.db('known_browsers').whereNotNull('trusted_until');
  expect(trusted).toEqual([]);
  expect((await app.visitor().get(earlier)).status).toBe(410);
  const actions = (await readAllOf(app.context.db, id)).map(({ action }) => action);
  expect(actions).toContain('password.reset');
  await lastMailTo(app.context, 'bob@example.org', 'Your password was reset');
});

test('a member who is logged in resets it, too, and reads that it is done', async () => {
  const id = await addPerson(app.context, 'carol');
  const carol = app.visitor();
  await carol.logIn('carol', PASSWORD);
  await carol.follow(await carol.get(await linkFor(id)));
  const done = await carol.post(paths.resetPassword(), FORM);
  const login = await carol.follow(done);
  expect(login.status).toBe(200);
  expect(alertsOf(login.text)).toHaveLength(1);
});

test('of two who use a link at the same instant one succeeds', async () => {
  const id = await addPerson(app.context, 'dan');
  const link = await linkFor(id);
  const visitors = await Promise.all([opened(link), opened(link), opened(link)]);
  const passwords = [`${NEW}1`, `${NEW}2`, `${NEW}3`];
  const answers = await Promise.all(
    visitors.map((visitor, index) => {
      const password = passwords[index] as string;
      return visitor.post(paths.resetPassword(), { password, password_confirmation: password });
    }),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 410, 410]);
  const winner = passwords[answers.findIndex(({ status }) => status === 303)] as string;
  expect((await app.visitor().logIn('dan', winner)).location).toBe(paths.store());
});

test('errors stand beside their fields and use nothing up', async () => {
  const id = await addPerson(app.context, 'erin');
  const visitor = await opened(await linkFor(id));
  const answer = await visitor.post(paths.resetPassword(), { password: 'short', password_confirmation: 'x' });
  expect(answer.status).toBe(422);
  expect(errorOf(answer.text, 'password')).toContain('at least 8 characters');
  expect(errorOf(answer.text, 'password-confirmation')).toContain('not the same');
  expect(errorOf((await visitor.post(paths.resetPassword(), {})).text, 'password')).not.toBe('');
  expect((await visitor.post(paths.resetPassword(), FORM)).status).toBe(303);
});

test.each([
  ['the password was changed', () => ({ password_changed_at: app.context.clock() })],
  ['the account was disabled', () => ({ disabled_at: 1 })],
  ['the account was closed', () => ({ closing_at: 9e12 })],
])('a link is dead once %s, also in a form that is open', async (what, state) => {
  const name = what.split(' ').at(-1) as string;
  const id = await addPerson(app.context, name);
  const link = await linkFor(id);
  const visitor = await opened(link);
  await app.context.db('users').where({ id }).update(state());
  expect((await visitor.post(paths.resetPassword(), FORM)).status).toBe(410);
  expect((await visitor.get(paths.resetPassword())).status).toBe(410);
  expect((await app.visitor().get(link)).status).toBe(410);
});

test('without a link there is no form', async () => {
  const visitor = app.visitor();
  expect((await visitor.get(paths.resetPassword())).status).toBe(404);
  await visitor.get(paths.login());
  expect((await visitor.post(paths.resetPassword(), FORM)).status).toBe(404);
});

test('opens an account again that too many wrong passwords had stopped', async () => {
  const id = await addPerson(app.context, 'fred');
  const { login } = app.context.throttles;
  const account = throttleKeyOf({ id });
  const attempt = (network: number) => ({ login: 'fred', account, network: `192.0.2.${network}` });
  const { points } = THROTTLE.perAccount;
  for (let tried = 0; tried < points; tried += 1) await login.take(attempt(Math.floor(tried / 4)));
  expect((await app.visitor().logIn('fred', PASSWORD)).status).toBe(429);
  const visitor = await opened(await linkFor(id));
  await visitor.post(paths.resetPassword(), FORM);
  expect((await app.visitor().logIn('fred', NEW)).location).toBe(paths.store());
});

describe('with two-factor on', () => {
  let id: number;
  let key: string;
  let codes: string[];
  beforeAll(async () => {
    id = await addPerson(app.context, 'gina');
    const gina = app.visitor();
    await gina.follow(await gina.logIn('gina', PASSWORD));
    ({ key, codes } = await setUpApp(app, gina));
  });

  test('a code is asked for, and a wrong one changes nothing (ASVS 6.4.3)', async () => {
    const visitor = await opened(await linkFor(id));
    expect(errorOf((await visitor.post(paths.resetPassword(), FORM)).text, 'code')).not.toBe('');
    const wrong = await visitor.post(paths.resetPassword(), { ...FORM, code: '000000' });
    expect([wrong.status, errorOf(wrong.text, 'code')]).toEqual([422, expect.stringContaining('wrong')]);
    expect((await app.visitor().logIn('gina', NEW)).status).toBe(422);
  });

  test('a code is not used up by a password that is refused, and the login asks for one again (ASVS 6.4.3)', async () => {
    const visitor = await opened(await linkFor(id));
    const code = appCode(app, key);
    const weak = { password: 'short', password_confirmation: 'short', code };
    expect((await visitor.post(paths.resetPassword(), weak)).status).toBe(422);
    expect((await visitor.post(paths.resetPassword(), { ...FORM, code })).status).toBe(303);
    expect((await app.visitor().logIn('gina', NEW)).location).toBe(paths.secondFactor());
  });

  test('a recovery code does as well', async () => {
    const visitor = await opened(await linkFor(id));
    const answer = await visitor.post(paths.resetPassword(), { ...FORM, code: codes[0] as string });
    expect(answer.status).toBe(303);
  });

  test('wrong codes are throttled (ASVS 6.3.1)', async () => {
    const visitor = await opened(await linkFor(id));
    for (let tried = 0; tried < THROTTLE.secondFactor.points; tried += 1) {
      await visitor.post(paths.resetPassword(), { ...FORM, code: '000000' });
    }
    const answer = await visitor.post(paths.resetPassword(), { ...FORM, code: appCode(app, key, 1) });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).not.toBeNull();
  });
});
