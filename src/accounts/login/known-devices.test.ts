import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import { readAbout } from '../../audit/audit-log.table.ts';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { alertsOf, type Visitor } from '../../testing/visitor.ts';
import { BROWSER_LIFETIME } from '../../web/cookies.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { REFUSALS } from './login.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';

/** What happened to somebody, the oldest first: what, by whom, and the details. */
async function historyOf(userId: number) {
  const rows = await readAbout(app.context.db, userId, { limit: 100, offset: 0 });
  return rows.reverse().map((row) => [row.action, row.actorKind, personalOf(row).details]);
}

async function noticesTo(username: string) {
  const mails = await mailsTo(app.context, `${username}@example.org`);
  return mails.map(({ message }) => message).filter(({ subject }) => subject === 'A login from a new device');
}

async function logIn(username: string, visitor = app.visitor()): Promise<Visitor> {
  await visitor.get(paths.login());
  const answer = await visitor.post(
    paths.login(),
    { username, password: PASSWORD },
    { 'user-agent': FIREFOX },
  );
  expect([answer.status, answer.location]).toEqual([303, paths.store()]);
  visitor.cookies.delete('gatehouse');
  return visitor;
}

const browserTokenOf = (visitor: Visitor) => visitor.cookies.get('gatehouse-browser') ?? '';

describe('a login from a new device', () => {
  test('is told to the member with its place and a way out, but not the first of all', async () => {
    const id = await addPerson(app.context, 'alice');
    const first = await logIn('alice');
    expect(await noticesTo('alice')).toEqual([]);
    app.passTime(MINUTE);
    await logIn('alice');
    await logIn('alice', first);
    const [notice, ...more] = await noticesTo('alice');
    expect(more).toEqual([]);
    expect(notice?.facts?.slice(1)).toEqual([
      { label: 'Network address', value: '127.0.0.1' },
      { label: 'Device', value: 'Firefox on Windows' },
    ]);
    expect(notice?.alarm?.path).toMatch(/^\/not-me\//);
    expect(await historyOf(id)).toEqual([
      ['login.succeeded', 'member', { factors: ['password'] }],
      ['login.succeeded', 'member', { factors: ['password'], newBrowser: true }],
      ['login.succeeded', 'member', { factors: ['password'] }],
    ]);
  });

  test('is one again a year after the device was last used', async () => {
    await addPerson(app.context, 'carol');
    const browser = await logIn('carol');
    app.passTime(BROWSER_LIFETIME - MINUTE);
    await logIn('carol', browser);
    expect(await noticesTo('carol')).toHaveLength(0);
    app.passTime(BROWSER_LIFETIME);
    await logIn('carol', browser);
    expect(await noticesTo('carol')).toHaveLength(1);
  });
});

describe('the cookie by which a browser is known', () => {
  test('is out of reach of scripts and other sites, lasts a year, and is stored as a hash', async () => {
    const id = await addPerson(app.context, 'dan');
    const visitor = app.visitor();
    const answer = await visitor.logIn('dan', PASSWORD);
    const cookie = answer.headers.getSetCookie().find((line) => line.startsWith('gatehouse-browser='));
    expect(cookie).toMatch(/^[^;]+; Max-Age=31536000; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/);
    const rows = await app.context.db('known_browsers').where('user_id', id).select();
    expect(rows).toMatchObject([{ token_hash: hashToken(browserTokenOf(visitor)) }]);
    expect(JSON.stringify(rows)).not.toContain(browserTokenOf(visitor));
  });

  test('of a shared browser is a new one when somebody logs in who is new to it: the old one may be noted', async () => {
    await addPerson(app.context, 'mallory');
    await addPerson(app.context, 'bob');
    const browser = await logIn('mallory');
    const noted = browserTokenOf(browser);
    await logIn('bob', browser);
    const shared = browserTokenOf(browser);
    expect(shared).not.toBe(noted);
    const left = await app.context.db('known_browsers').where('token_hash', hashToken(noted)).select();
    expect(left).toEqual([]);

    await logIn('mallory', browser);
    expect(browserTokenOf(browser)).toBe(shared);
    expect(await noticesTo('mallory')).toEqual([]);
  });

  test('that somebody planted is not taken over', async () => {
    await addPerson(app.context, 'erin');
    const visitor = app.visitor();
    visitor.cookies.set('gatehouse-browser', 'planted');
    await logIn('erin', visitor);
    expect(browserTokenOf(visitor)).toMatch(/^[\w-]{43}$/);
  });
});

describe('a login that is refused', () => {
  const STATES = [
    ['disabled_at', 'the account is disabled', REFUSALS.disabled],
    ['locked_at', 'the account is locked', REFUSALS.locked],
    ['closing_at', 'the account was closed', REFUSALS.closing],
  ] as const;

  test.each(STATES)(
    'by the state %s is logged with its factor and reason (ASVS 16.3.1), which only the member reads',
    async (column, reason, text) => {
      const name = column.replace('_at', '');
      const id = await addPerson(app.context, name);
      const visitor = app.visitor();
      await visitor.follow(await visitor.logIn(name, PASSWORD));
      await app.context
        .db('users')
        .where({ id })
        .update({ [column]: app.context.clock() });
      expect((await visitor.get(paths.store())).location).toBe(paths.login());

      const refused = await visitor.logIn(name, PASSWORD);
      expect(refused.status).toBe(422);
      expect(alertsOf(refused.text)).toEqual([`danger: Error: ${text}`]);
      expect((await visitor.get(paths.store())).location).toBe(paths.login());
      expect(alertsOf((await visitor.logIn(name, 'wrong')).text)).toEqual([
        `danger: Error: ${DOOR_TEXTS.wrong}`,
      ]);
      expect((await historyOf(id)).slice(1)).toEqual([
        ['login.failed', 'guest', { factors: ['password'], reason }],
        ['login.failed', 'guest', { factors: ['password'], reason: 'wrong password' }],
      ]);
    },
  );

  test('because nobody has that name is logged too, without a word of what was typed', async () => {
    const last = () => app.context.db('audit_log').orderBy('id', 'desc').first();
    await app.visitor().logIn('Typed-into-the-wrong-field!', 'Another-Secret-7');
    const row = await last();
    expect(row).toMatchObject({ action: 'login.failed', actor_kind: 'guest', subject_id: null });
    expect(personalOf(row)).toMatchObject({
      address: '127.0.0.1',
      details: { factors: ['password'], reason: 'unknown name' },
    });
    const everything = JSON.stringify(await app.context.db('audit_log').select()) + app.log.join('');
    expect(everything).not.toMatch(/wrong-field|Another-Secret/i);
  });
});
