import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import { readAbout } from '../../audit/audit-log.table.ts';
import { paths } from '../../paths.ts';
import { DAY, HOUR } from '../../shared/clock.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { appCode, setUpApp } from '../../testing/authenticator.ts';
import { FrontEnd } from '../../testing/front-end.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { textOf } from '../../testing/visitor.ts';
import { tellGathered } from '../events/gathered-events.ts';

const KNOWN = 'Somebody else may know your password';
const CURL = { 'user-agent': 'curl/8.5.0' };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.context.db('rate_limits').delete();
});

/** A member with two-factor on, logged in with a browser of their own. */
async function addMember(username: string) {
  const own = await signIn(app, username);
  const { key } = await setUpApp(app, own);
  const { id } = await app.context.db('users').where({ username }).first('id');
  const warnings = async () =>
    (await mailsTo(app.context, `${username}@example.org`)).filter(
      ({ message }) => message.subject === KNOWN,
    );
  /** The newest rows of the audit log, the oldest first. */
  const latest = async (limit: number) => {
    const rows = await readAbout(app.context.db, id, { limit, offset: 0 });
    return rows.reverse().map((row) => [row.action, row.actorKind, personalOf(row).details]);
  };
  return { username, own, key, warnings, latest };
}

const ASKED = ['login.second-factor-required', 'guest', { factors: ['password'] }];

describe('a right password without the second factor', () => {
  test('is logged with its factor, and told to the member when the device is new (ASVS 16.3.1)', async () => {
    const { username, warnings, latest, own } = await addMember('alice');
    const stranger = app.visitor();
    expect((await stranger.logIn(username, PASSWORD)).location).toBe(paths.secondFactor());
    expect(await latest(1)).toEqual([ASKED]);
    const [mail, ...more] = await warnings();
    expect(more).toEqual([]);
    expect(mail?.message).toMatchObject({
      action: { label: 'Change password', path: paths.password() },
      alarm: { path: expect.stringMatching(/^\/not-me\//) },
    });
    expect(mail?.message.facts?.map(({ label }) => label)).toEqual(['When', 'Network address', 'Device']);
    expect(textOf((await own.get(paths.activity())).text)).toContain(
      'A login with password was asked for a second factor.',
    );
  });

  test('is logged and not mailed when it is the member’s own browser', async () => {
    const { username, own, warnings, latest } = await addMember('bob');
    own.cookies.delete('gatehouse');
    expect((await own.logIn(username, PASSWORD)).location).toBe(paths.secondFactor());
    expect(await latest(1)).toEqual([ASKED]);
    expect(await warnings()).toEqual([]);
  });

  test('is followed by the login when the code is right', async () => {
    const { username, key, latest } = await addMember('carol');
    const visitor = app.visitor();
    await visitor.logIn(username, PASSWORD);
    await visitor.get(paths.secondFactor());
    await visitor.post(paths.secondFactor(), { code: appCode(app, key) });
    const factors = ['password', 'a code from an authenticator app'];
    expect(await latest(2)).toEqual([ASKED, ['login.succeeded', 'member', { factors, newBrowser: true }]]);
  });

  test('with a wrong code is logged with what was wrong', async () => {
    const { username, latest } = await addMember('dan');
    const visitor = app.visitor();
    await visitor.logIn(username, PASSWORD);
    await visitor.get(paths.secondFactor());
    await visitor.post(paths.secondFactor(), { code: '000000' });
    await visitor.post(paths.secondFactor(), { code: 'aaaa-aaaa-aaaa-aaaa' });
    const wrong = (factor: string) => ['login.failed', 'guest', { factors: [factor], reason: 'wrong code' }];
    expect(await latest(3)).toEqual([
      ASKED,
      wrong('a code from an authenticator app'),
      wrong('a recovery code'),
    ]);
  });

  test('with a wrong code is counted, also when it cannot be logged', async () => {
    const { username } = await addMember('dora');
    const { db } = app.context;
    const visitor = app.visitor();
    await visitor.logIn(username, PASSWORD);
    await visitor.get(paths.secondFactor());
    await db.schema.renameTable('audit_log', 'away');
    try {
      for (const code of ['000000', 'aaaa-aaaa-aaaa-aaaa']) {
        expect((await visitor.post(paths.secondFactor(), { code })).status).toBe(500);
      }
    } finally {
      await db.schema.renameTable('away', 'audit_log');
    }
    const places = await db('rate_limits').where('key', 'like', 'second-factor:%').select('points');
    expect(places).toEqual([{ points: 2 }]);
  });

  test('is mailed once a day, however many know it, and then how often it was', async () => {
    const { username, warnings } = await addMember('erin');
    for (let index = 0; index < 4; index += 1) await app.visitor().logIn(username, PASSWORD);
    app.passTime(HOUR);
    await tellGathered(app.context);
    expect(await warnings()).toHaveLength(1);
    app.passTime(DAY);
    await tellGathered(app.context);
    const [, digest, ...more] = await warnings();
    expect(more).toEqual([]);
    expect(digest?.message.paragraphs.join()).toContain('3 more times');
  });

  test.each([
    ['without a code', {}],
    ['with a wrong code', { code: '000000' }],
  ])('through the API %s is logged and mailed like one at the door', async (_how, more) => {
    const { username, warnings, latest } = await addMember(`fred-${Object.keys(more).length}`);
    const credentials = { username, password: PASSWORD, ...more };
    const answer = await new ApiClient(app.url).post('/login', credentials, { headers: CURL });
    expect(answer.status).toBe(401);
    expect(await latest(1)).toEqual([ASKED]);
    expect(await warnings()).toHaveLength(1);
  });

  test('through the session API is logged as well', async () => {
    const { username, latest } = await addMember('gina');
    await new FrontEnd(app, null).post('/login', { username, password: PASSWORD });
    expect(await latest(1)).toEqual([ASKED]);
  });

  test('of a program whose place the account knows is not mailed', async () => {
    const { username, key, warnings, latest } = await addMember('hana');
    const program = new ApiClient(app.url);
    const credentials = { username, password: PASSWORD };
    const code = appCode(app, key);
    expect((await program.post('/login', { ...credentials, code }, { headers: CURL })).status).toBe(200);
    await program.post('/login', credentials, { headers: CURL });
    expect(await latest(1)).toEqual([ASKED]);
    expect(await warnings()).toEqual([]);
  });
});
