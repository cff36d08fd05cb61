import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { TEXTS as ACTIONS_TEXTS } from '../../members/actions.ts';
import { MEMBER_ACTION_NAMES, type MemberActionName } from '../../members/available-actions.ts';
import { TEXTS as CREATION_TEXTS } from '../../members/creation.ts';
import { paths } from '../../paths.ts';
import { DAY, MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { setUpApp } from '../../testing/authenticator.ts';
import { lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as MEMBER_ACTION_TEXTS } from './member-action.page.ts';

const REASON = 'as agreed by telephone';
const LATER = 4_000_000_000_000;

let app: TestApp;
let ana: Visitor;
let anaId: number;
beforeAll(async () => {
  app = await startTestApp({ MEMBERSHIP: 'approval', REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
  anaId = await idOf('ana');
});
afterAll(() => app.close());

const idOf = async (name: string) => (await app.context.db('users').where('username', name).first('id')).id;
/** The row of a member, but for how often it was locked. */
async function rowOf(id: number) {
  const { lock_count: _locked, ...row } = await app.context.db('users').where({ id }).first();
  return row;
}
const change = (id: number, columns: object) => app.context.db('users').where({ id }).update(columns);

/** Adds a member in the state that an action is for. */
async function addFor(name: MemberActionName, username: string): Promise<number> {
  if (name === 'second-factor-removal') {
    await setUpApp(app, await signIn(app, username));
    return idOf(username);
  }
  const id = await addPerson(app.context, username);
  if (name === 'approval' || name === 'declining') await change(id, { approved_at: null });
  if (name === 'enabling') await change(id, { disabled_at: 1 });
  if (name === 'restoration') await change(id, { closing_at: LATER });
  if (name === 'sessions-ending') await app.visitor().logIn(username, PASSWORD);
  return id;
}

/** What each form asks for besides the reason, and what its two messages say of somebody. */
const MEMBER_ACTIONS: Record<
  MemberActionName,
  { fields?: Record<string, string>; done: string; again: string }
> = {
  approval: { done: 'NAME is in.', again: 'NAME does not wait any more.' },
  declining: { done: 'The membership of NAME was declined.', again: '' },
  role: {
    fields: { role: 'moderator' },
    done: 'The role of NAME was changed.',
    again: 'NAME has that role already.',
  },
  'sessions-ending': { done: 'NAME was logged out everywhere.', again: 'NAME is logged in nowhere.' },
  'password-reset': { done: 'A link to choose a new password was mailed to NAME.', again: '' },
  'second-factor-removal': {
    done: 'The second factors of NAME were removed.',
    again: 'NAME has no second factor.',
  },
  disabling: { done: 'NAME was disabled.', again: 'NAME was disabled already.' },
  enabling: { done: 'NAME was enabled.', again: 'NAME is not disabled any more.' },
  deletion: {
    done: 'The account of NAME was deleted.',
    again: 'The account of NAME is being deleted already.',
  },
  restoration: {
    done: 'The account of NAME was restored.',
    again: 'The account of NAME is not being deleted any more.',
  },
};

describe.each(MEMBER_ACTION_NAMES)('%s', (name) => {
  const { fields, done, again } = MEMBER_ACTIONS[name];

  test('has a page that says what will happen and asks why, and a button that does it, once', async () => {
    const username = `alice-${name}`;
    const id = await addFor(name, username);
    const path = paths.memberAction(id, name);
    const page = await ana.get(path);
    expect(page.status).toBe(200);
    expect(textOf(page.text)).toContain(`${username}@example.org is told by mail, with the reason.`);

    const before = await rowOf(id);
    const unsaid = await ana.post(path, { ...fields, reason: ' \u200b' });
    expect([unsaid.status, errorOf(unsaid.text, 'reason')]).toEqual([422, `Error: ${ACTIONS_TEXTS.reason}`]);
    const long = await ana.post(path, { ...fields, reason: 'x'.repeat(501) });
    expect([long.status, errorOf(long.text, 'reason')]).toEqual([
      422,
      `Error: ${ACTIONS_TEXTS.reasonLength}`,
    ]);
    expect(long.text).toContain('x'.repeat(501));
    expect(await rowOf(id)).toEqual(before);

    const answer = await ana.post(path, { ...fields, reason: REASON });
    expect([answer.status, answer.location]).toEqual([303, paths.adminMember(id)]);
    expect(alertsOf((await ana.follow(answer)).text)).toEqual([
      `success: Success: ${done.replace('NAME', username)}`,
    ]);
    const row = (await readAllOf(app.context.db, id)).at(-1);
    expect(row).toMatchObject({ actorId: anaId, subjectId: id });
    const { message } = await lastMailTo(app.context, `${username}@example.org`);
    expect(message.paragraphs).toContain(`Reason given: ${REASON}`);

    if (again === '') return;
    const twice = await ana.post(path, { ...fields, reason: REASON });
    expect(twice.status).toBe(303);
    const [alert] = alertsOf((await ana.follow(twice)).text);
    expect(alert).toBe(`info: Information: ${again.replace('NAME', username)}`);
  });

  test('says whether an address that was never confirmed is mailed, and so it is', async () => {
    const username = `fay-${name}`;
    const id = await addFor(name, username);
    await unconfirm(app.context, username);
    await app.context.db('outbox').delete();
    const path = paths.memberAction(id, name);
    const page = textOf((await ana.get(path)).text);
    expect((await ana.post(path, { ...fields, reason: REASON })).status).toBe(303);
    const isMailed = (await mailsTo(app.context, `${username}@example.org`)).length > 0;
    expect(page.includes(`${username}@example.org is told by mail, with the reason.`)).toBe(isMailed);
    expect(page.includes(`${username}@example.org was never confirmed, so no email goes there.`)).toBe(
      !isMailed,
    );
  });

  test('gives the member nothing that the form does not ask for (mass assignment)', async () => {
    const id = await addFor(name, `bob-${name}`);
    const before = await rowOf(id);
    const more = {
      id: '1',
      username: 'mallory',
      email: 'mallory@example.net',
      status: 'active',
      disabled_at: '',
      closing_at: '',
      email_verified_at: '1',
      emailVerifiedAt: '1',
      two_factor_since: '1',
      password: PASSWORD,
      password_hash: 'x',
      created_at: '1',
      ...(name === 'role' ? {} : { role: 'admin' }),
      ...(name === 'approval' ? {} : { approved_at: '1' }),
    };
    await ana.get(paths.memberAction(id, name));
    await ana.follow(await ana.post(paths.memberAction(id, name), { ...more, ...fields, reason: REASON }));
    const changed = {
      approval: { approved_at: expect.any(Number) },
      declining: { closing_at: expect.any(Number) },
      role: { role: 'moderator' },
      'sessions-ending': {},
      'password-reset': {},
      'second-factor-removal': { two_factor_since: null },
      disabling: { disabled_at: expect.any(Number) },
      enabling: { disabled_at: null },
      deletion: { closing_at: expect.any(Number) },
      restoration: { closing_at: null },
    }[name];
    expect(await rowOf(id)).toEqual({ ...before, ...changed });
  });

  test('is shut to moderators and members, and what they send leaves a row in the audit log', async () => {
    const id = await addFor(name, `carol-${name}`);
    const before = await rowOf(id);
    for (const role of ['moderator', 'user'] as const) {
      const username = `${role === 'moderator' ? 'mina' : 'eve'}-${name}`;
      const visitor = await signIn(app, username, role);
      await visitor.get(paths.account());
      expect((await visitor.get(paths.memberAction(id, name))).status).toBe(403);
      const answer = await visitor.post(paths.memberAction(id, name), { ...fields, reason: REASON });
      expect(answer.status).toBe(403);
      const rows = await readAllOf(app.context.db, await idOf(username));
      expect(rows.at(-1)).toMatchObject({ action: 'access.denied' });
    }
    expect(await rowOf(id)).toEqual(before);
    expect((await app.visitor().get(paths.memberAction(id, name))).location).toBe(paths.login());
    await change(id, { approved_at: 1 });
  });

  test('is not for one’s own account', async () => {
    const before = await rowOf(anaId);
    const page = await ana.get(paths.memberAction(anaId, name));
    expect([page.status, page.location]).toEqual([303, paths.adminMember(anaId)]);
    expect(alertsOf((await ana.follow(page)).text)[0]).toContain('Nobody does anything to their own account');
    const answer = await ana.post(paths.memberAction(anaId, name), { ...fields, reason: REASON });
    expect(answer.status).toBe(422);
    expect(alertsOf(answer.text)[0]).toContain('Nobody does this to their own account.');
    expect(answer.text).toContain(REASON);
    expect(await rowOf(anaId)).toEqual(before);
  });

  test('of nobody is not found', async () => {
    await ana.get(paths.account());
    for (const id of ['999999', '0', '-1', '1e3', '01', 'x', '9'.repeat(30), '1%20']) {
      expect((await ana.get(paths.memberAction(id, name))).status).toBe(404);
      expect((await ana.post(paths.memberAction(id, name), { ...fields, reason: REASON })).status).toBe(404);
    }
  });
});

test('what is no action is not found', async () => {
  const id = await addPerson(app.context, 'dora');
  for (const name of ['promotion', 'constructor', '__proto__', 'Role', 'role/role']) {
    expect((await ana.get(`${paths.adminMember(id)}/${name}`)).status).toBe(404);
    expect((await ana.post(`${paths.adminMember(id)}/${name}`, { reason: REASON })).status).toBe(404);
  }
});

test('an action that does not fit how the account is now is not offered, and comes to nothing', async () => {
  const id = await addPerson(app.context, 'erin');
  const page = await ana.get(paths.memberAction(id, 'enabling'));
  expect([page.status, page.location]).toEqual([303, paths.adminMember(id)]);
  const screen = await ana.follow(page);
  expect(alertsOf(screen.text)[0]).toBe(`info: Information: ${MEMBER_ACTION_TEXTS.unfit('erin')}`);
  expect(screen.text).not.toContain(paths.memberAction(id, 'enabling'));
  await change(id, { closing_at: LATER });
  for (const name of ['role', 'password-reset', 'approval'] as const) {
    const answer = await ana.post(paths.memberAction(id, name), {
      ...MEMBER_ACTIONS[name].fields,
      reason: REASON,
    });
    expect(answer.status).toBe(422);
    expect(alertsOf(answer.text)[0]).toContain('This account is disabled or being deleted.');
  }
  expect(await mailsTo(app.context, 'erin@example.org')).toEqual([]);
});

test('an action wants a recent login, to see its page and to do it; what was typed is kept (ASVS 7.5.1)', async () => {
  const ben = await signIn(app, 'ben', 'admin');
  const id = await addPerson(app.context, 'fred');
  const path = paths.memberAction(id, 'role');
  await ben.get(path);
  app.passTime(6 * MINUTE);
  const late = await ben.post(path, { role: 'moderator', shown_role: 'user', reason: REASON });
  expect(late.location).toBe(paths.recentLogin());
  expect((await rowOf(id)).role).toBe('user');
  const confirmed = await ben.submit(paths.recentLogin(), { password: PASSWORD });
  expect(confirmed.location).toBe(path);
  const page = await ben.follow(confirmed);
  expect(page.text).toContain(REASON);
  expect(page.text).toContain('<option value="moderator" selected>');
  app.passTime(6 * MINUTE);
  expect((await ben.get(path)).location).toBe(paths.recentLogin());
  ana = app.visitor();
  await ana.follow(await ana.logIn('ana', PASSWORD));
});

test('who gives a role second is told of who came first, keeps the own choice and can send it again', async () => {
  const id = await addPerson(app.context, 'gina');
  const path = paths.memberAction(id, 'role');
  const shown = await ana.get(path);
  expect(shown.text).toContain('name="shown_role" value="user"');
  await change(id, { role: 'admin' });
  const fields = { role: 'moderator', shown_role: 'user', reason: REASON };
  const answer = await ana.post(path, fields);
  expect(answer.status).toBe(422);
  expect(alertsOf(answer.text)[0]).toContain('it is admin now');
  expect(answer.text).toContain('name="shown_role" value="admin"');
  expect(answer.text).toContain('<option value="moderator" selected>');
  expect(answer.text).toContain(REASON);
  expect((await rowOf(id)).role).toBe('admin');
  expect((await ana.post(path, { ...fields, shown_role: 'admin' })).status).toBe(303);
  expect((await rowOf(id)).role).toBe('moderator');
});

test('who sends the role that was shown keeps it as the own choice too, when somebody gave another one', async () => {
  const id = await addPerson(app.context, 'gus');
  const path = paths.memberAction(id, 'role');
  await ana.get(path);
  await change(id, { role: 'admin' });
  const answer = await ana.post(path, { role: 'user', shown_role: 'user', reason: REASON });
  expect(alertsOf(answer.text)[0]).toContain('What you chose is kept');
  expect(answer.text).toContain('<option value="user" selected>');
  expect(answer.text).toContain('name="shown_role" value="admin"');
});

test.each(['', 'owner', 'ADMIN', 'constructor'])('there is no role %j', async (role) => {
  const id = await addPerson(app.context, `hana-${role}`);
  const answer = await ana.submit(paths.memberAction(id, 'role'), { role, reason: '' });
  expect(answer.status).toBe(422);
  expect(errorOf(answer.text, 'role')).toBe(`Error: ${CREATION_TEXTS.role}`);
  expect(errorOf(answer.text, 'reason')).toBe(`Error: ${ACTIONS_TEXTS.reason}`);
  expect((await rowOf(id)).role).toBe('user');
});

test('a change counts at the member’s next request (ASVS 7.4.2, 8.3.2)', async () => {
  const ida = await signIn(app, 'ida');
  const id = await idOf('ida');
  const doTo = (name: MemberActionName, fields = {}) =>
    ana.submit(paths.memberAction(id, name), { reason: REASON, ...fields });
  expect((await ida.get(paths.waitingMembers())).status).toBe(403);
  await doTo('role', { role: 'admin' });
  expect((await ida.get(paths.waitingMembers())).status).toBe(200);
  await doTo('role', { role: 'user' });
  expect((await ida.get(paths.waitingMembers())).status).toBe(403);
  await doTo('disabling');
  expect((await ida.get(paths.store())).location).toBe(paths.login());
});

test('ending the sessions of a member logs out every device of theirs, and nobody else’s (ASVS 7.4.5)', async () => {
  const phone = await signIn(app, 'jack');
  const laptop = app.visitor();
  await laptop.follow(await laptop.logIn('jack', PASSWORD));
  const kim = await signIn(app, 'kim');
  await ana.submit(paths.memberAction(await idOf('jack'), 'sessions-ending'), { reason: REASON });
  for (const device of [phone, laptop])
    expect((await device.get(paths.store())).location).toBe(paths.login());
  expect((await kim.get(paths.store())).status).toBe(200);
  expect((await phone.logIn('jack', PASSWORD)).location).toBe(paths.store());
});

test('after a decision on somebody who waited, the way leads to the next one', async () => {
  const [liam, mona] = [await addFor('approval', 'liam'), await addFor('approval', 'mona')];
  const first = await ana.submit(paths.memberAction(liam, 'approval'), { reason: REASON });
  expect(first.location).toBe(paths.waitingMembers());
  const list = await ana.follow(first);
  expect(alertsOf(list.text)).toEqual([
    'success: Success: liam is in.',
    'info: Information: One more member waits.',
  ]);
  expect(list.text).toContain(paths.memberAction(mona, 'declining'));
  const last = await ana.submit(paths.memberAction(mona, 'declining'), { reason: REASON });
  expect(last.location).toBe(paths.adminMember(mona));
});

test('what is deleted can be restored for 14 days, as the page says', async () => {
  const id = await addPerson(app.context, 'nina');
  const day = new Intl.DateTimeFormat('en-IN', { dateStyle: 'long', timeZone: 'UTC' });
  const until = day.format(app.context.clock() + 14 * DAY);
  const page = await ana.get(paths.memberAction(id, 'deletion'));
  expect(textOf(page.text)).toContain(`Until ${until} you can restore the account.`);
  await ana.post(paths.memberAction(id, 'deletion'), { reason: REASON });
  const { message } = await lastMailTo(app.context, 'nina@example.org');
  expect(message.paragraphs.join()).toContain(until);
  expect(message).not.toHaveProperty('action');
  await ana.submit(paths.memberAction(id, 'restoration'), { reason: REASON });
  expect((await app.visitor().logIn('nina', PASSWORD)).location).toBe(paths.store());
});

test('hostile words in a reason are words, on the page and in the mail', async () => {
  const id = await addPerson(app.context, 'olga');
  const reason = '<script>alert(1)</script> {{7*7}} =1+1\r\nBcc: mallory@example.net';
  const refused = await ana.submit(paths.memberAction(id, 'role'), { role: 'no', reason });
  expect(refused.text).toContain('&lt;script&gt;');
  await ana.post(paths.memberAction(id, 'disabling'), { reason });
  const screen = await ana.get(paths.adminMember(id));
  expect(screen.text).not.toContain('<script>alert');
  expect(textOf(screen.text)).toContain(
    'Reason given: <script>alert(1)</script> {{7*7}} =1+1 Bcc: mallory@example.net',
  );
  expect((await lastMailTo(app.context, 'olga@example.org')).to).toBe('olga@example.org');
});
