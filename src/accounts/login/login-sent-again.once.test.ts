import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { alertsOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { STALE_FORM } from '../../web/errors.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { THROTTLE } from '../throttle-limits.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

/** What a browser sends with a form of the page that it is on. */
const FROM_OUR_PAGE = { 'sec-fetch-site': 'same-origin' };

/** Somebody at the login form, who sends it and never hears the answer: the cookies are those of before. */
async function sendUnheard(username: string): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.get(paths.login());
  const before = new Map(visitor.cookies);
  const answer = await send(visitor, username);
  expect([answer.status, answer.location]).toEqual([303, paths.store()]);
  forgetSince(visitor, before);
  return visitor;
}

function forgetSince(visitor: Visitor, before: ReadonlyMap<string, string>): void {
  visitor.cookies.clear();
  for (const [name, value] of before) visitor.cookies.set(name, value);
}

/** Sends the login form with the token of the page that it stands on. */
function send(visitor: Visitor, username: string, headers: Record<string, string> = FROM_OUR_PAGE) {
  return visitor.post(paths.login(), { username, password: PASSWORD }, headers);
}

async function noticesTo(username: string) {
  const mails = await mailsTo(app.context, `${username}@example.org`);
  return mails.filter(({ message }) => message.subject === 'A login from a new device');
}

describe('a login that is sent again before the answer came', () => {
  test('lands in the store with one message, although the first ended the session of the form', async () => {
    const alice = await sendUnheard('alice');
    const again = await send(alice, 'alice');
    expect([again.status, again.location]).toEqual([303, paths.store()]);
    expect(alertsOf((await alice.follow(again)).text)).toEqual([
      `success: Success: ${DOOR_TEXTS.welcome('alice')}`,
    ]);
    expect(alertsOf((await alice.get(paths.store())).text)).toEqual([]);
  });

  test('goes to the store and shows the message once when the browser heard of the new session', async () => {
    const alice = app.visitor();
    await alice.get(paths.login());
    await send(alice, 'alice');
    const again = await send(alice, 'alice');
    expect([again.status, again.location]).toEqual([303, paths.store()]);
    expect(alertsOf((await alice.follow(again)).text)).toEqual([
      `success: Success: ${DOOR_TEXTS.welcome('alice')}`,
    ]);
  });

  test('uses up nothing of the throttle, however often', async () => {
    const alice = await sendUnheard('alice');
    const before = new Map(alice.cookies);
    for (let time = 0; time <= THROTTLE.perAccountAndNetwork.points; time += 1) {
      forgetSince(alice, before);
      expect((await send(alice, 'alice')).location).toBe(paths.store());
    }
  });

  test('asks for the second factor each time', async () => {
    const id = await addPerson(app.context, 'frieda');
    await app.context.db('users').where({ id }).update({ two_factor_since: 1 });
    const frieda = app.visitor();
    await frieda.get(paths.login());
    expect((await send(frieda, 'frieda')).location).toBe(paths.secondFactor());
    expect((await send(frieda, 'frieda')).location).toBe(paths.secondFactor());
    frieda.cookies.clear();
    expect((await send(frieda, 'frieda')).location).toBe(paths.secondFactor());
    expect((await frieda.get(paths.store())).location).toBe(paths.login());
  });

  test('is no login from another device: told by mail once, or never when it is the first of all', async () => {
    await addPerson(app.context, 'bob');
    await send(await sendUnheard('bob'), 'bob');
    expect(await noticesTo('bob')).toHaveLength(0);

    app.passTime(MINUTE);
    await send(await sendUnheard('bob'), 'bob');
    expect(await noticesTo('bob')).toHaveLength(1);

    app.passTime(MINUTE);
    const twice = app.visitor();
    await twice.get(paths.login());
    await Promise.all([send(twice, 'bob'), send(twice, 'bob')]);
    expect(await noticesTo('bob')).toHaveLength(2);
  });

  test('is one from another device when the browser is another', async () => {
    await addPerson(app.context, 'carol');
    await sendUnheard('carol');
    const stranger = app.visitor();
    await stranger.get(paths.login());
    await send(stranger, 'carol', { 'user-agent': 'Another/1.0' });
    expect(await noticesTo('carol')).toHaveLength(1);
  });
});

describe('a login form whose session is over', () => {
  test.each([
    ['does not say where it comes from', {}],
    ['comes from another host of the domain', { 'sec-fetch-site': 'same-site' }],
    ['was not sent by a page', { 'sec-fetch-site': 'none' }],
    ['says what browsers never say', { 'sec-fetch-site': 'same-origin, same-origin' }],
  ])('is refused when it %s', async (_name, headers: Record<string, string>) => {
    const alice = await sendUnheard('alice');
    const again = await send(alice, 'alice', headers);
    expect(again.status).toBe(403);
    expect(textOf(again.text)).toContain(STALE_FORM.title);
    expect((await alice.get(paths.store())).location).toBe(paths.login());
  });

  test('is refused when another site sent it, whatever the token', async () => {
    const alice = await sendUnheard('alice');
    const foreign = { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' };
    const again = await send(alice, 'alice', foreign);
    expect(again.status).toBe(403);
    expect(textOf(again.text)).toContain('another site');
  });

  test('says that a password is wrong, and the form serves again', async () => {
    const alice = await sendUnheard('alice');
    const fields = { username: 'alice', password: 'wrong' };
    const wrong = await alice.post(paths.login(), fields, FROM_OUR_PAGE);
    expect(wrong.status).toBe(422);
    expect(alertsOf(wrong.text)).toEqual([`danger: Error: ${DOOR_TEXTS.wrong}`]);
    expect((await send(alice, 'alice', {})).location).toBe(paths.store());
  });
});

describe('any other form needs its token, also when our own page sent it:', () => {
  test.each([paths.register(), paths.secondFactor(), paths.forgotPassword()])(
    '%s of a guest',
    async (path) => {
      const guest = app.visitor();
      await guest.get(paths.login());
      guest.cookies.clear();
      expect((await guest.post(path, {}, FROM_OUR_PAGE)).status).toBe(403);
    },
  );

  test.each([paths.logout(), paths.profile()])('%s of a member', async (path) => {
    const alice = app.visitor();
    await alice.logIn('alice', PASSWORD);
    expect((await alice.post(path, { _csrf: 'stale' }, FROM_OUR_PAGE)).status).toBe(403);
  });
});
