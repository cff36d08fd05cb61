import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEXTS as NEW_ACCOUNT_TEXTS } from '../../accounts/new-account.ts';
import { personalOf } from '../../audit/audit.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { TEXTS as ACTIONS_TEXTS } from '../../members/actions.ts';
import { paths } from '../../paths.ts';
import { DAY, MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { actionPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { PASSWORD, signIn } from '../../testing/people.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as MEMBER_VIEW_TEXTS } from './member-view.ts';
import { TEXTS as NEW_MEMBER_TEXTS } from './new-member.page.ts';

const REASON = 'joined at the counter';

let app: TestApp;
let ana: Visitor;
beforeAll(async () => {
  app = await startTestApp({ MEMBERSHIP: 'approval', REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
});
afterAll(() => app.close());

const find = (name: string) => app.context.db('users').where('username', name).first();
const countUsers = async () => (await app.context.db('users')).length;
const fieldsFor = (username: string) => ({
  username,
  email: `${username}@example.org`,
  role: 'user',
  reason: REASON,
});

test('an account that an admin makes is open at once, without a password: its member chooses it by a mailed link', async () => {
  const page = await ana.get(paths.newMember());
  expect(page.text).not.toContain('type="password"');
  const answer = await ana.post(paths.newMember(), fieldsFor('alice'));
  const alice = await find('alice');
  expect([answer.status, answer.location]).toEqual([303, paths.adminMember(alice.id)]);
  const screen = await ana.follow(answer);
  expect(alertsOf(screen.text)).toEqual([`success: Success: ${NEW_MEMBER_TEXTS.made('alice')}`]);
  expect(textOf(screen.text)).toContain(`Password ${MEMBER_VIEW_TEXTS.password.none}`);
  expect(alice).toMatchObject({ password_hash: '!', role: 'user', email_verified_at: null });

  const [mail, ...others] = await mailsTo(app.context, 'alice@example.org');
  expect(others).toEqual([]);
  expect(mail?.message.subject).toBe('Your account is ready');
  expect(mail?.message.paragraphs).toContain(`Reason given: ${REASON}`);
  const row = (await readAllOf(app.context.db, alice.id)).at(-1);
  expect(row).toMatchObject({ action: 'account.created', actorId: (await find('ana')).id });
  expect(personalOf(row as NonNullable<typeof row>).details).toEqual({ role: 'user', reason: REASON });

  app.passTime(7 * DAY - MINUTE);
  const visitor = app.visitor();
  expect((await visitor.logIn('alice', '!')).status).toBe(422);
  await visitor.follow(await visitor.get(actionPath(await lastMailTo(app.context, 'alice@example.org'))));
  await visitor.post(paths.resetPassword(), { password: PASSWORD, password_confirmation: PASSWORD });
  expect((await visitor.logIn('alice', PASSWORD)).location).toBe(paths.store());
  expect((await find('alice')).email_verified_at).not.toBeNull();
  ana = app.visitor();
  await ana.follow(await ana.logIn('ana', PASSWORD));
});

test('the link works for seven days and not longer', async () => {
  await ana.submit(paths.newMember(), fieldsFor('bob'));
  const link = actionPath(await lastMailTo(app.context, 'bob@example.org'));
  app.passTime(7 * DAY);
  expect((await app.visitor().get(link)).status).toBe(410);
  await ana.follow(await ana.logIn('ana', PASSWORD));
});

test('every error of the form comes at once, and what was typed stays', async () => {
  const before = await countUsers();
  const answer = await ana.submit(paths.newMember(), {
    username: 'a b',
    email: '<script>',
    role: 'owner',
    reason: ' ',
  });
  expect(answer.status).toBe(422);
  for (const field of ['username', 'email', 'role', 'reason'])
    expect(errorOf(answer.text, field)).not.toBe('');
  expect(answer.text).toContain('value="a b"');
  expect(answer.text).toContain('value="&lt;script&gt;"');
  const taken = await ana.post(paths.newMember(), {
    ...fieldsFor(' ANA '),
    email: 'Ana@example.org',
    reason: '',
  });
  expect(errorOf(taken.text, 'username')).toBe(`Error: ${NEW_ACCOUNT_TEXTS.usernameTaken}`);
  expect(errorOf(taken.text, 'email')).toBe(`Error: ${NEW_ACCOUNT_TEXTS.emailTaken}`);
  expect(errorOf(taken.text, 'reason')).toBe(`Error: ${ACTIONS_TEXTS.reason}`);
  expect((await ana.post(paths.newMember(), {})).status).toBe(422);
  expect(await countUsers()).toBe(before);
});

test('of two admins who make the same account at the same instant one does', async () => {
  const ben = await signIn(app, 'ben', 'admin');
  for (const admin of [ana, ben]) await admin.get(paths.newMember());
  const answers = await Promise.all(
    [ana, ben].map((admin) => admin.post(paths.newMember(), fieldsFor('carol'))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
  expect(await mailsTo(app.context, 'carol@example.org')).toHaveLength(1);
});

test('the form gives nothing that it does not ask for (mass assignment)', async () => {
  await ana.submit(paths.newMember(), {
    ...fieldsFor('dora'),
    id: '77777',
    password: PASSWORD,
    password_hash: 'x',
    email_verified_at: '1',
    emailVerifiedAt: '1',
    status: 'active',
    disabled_at: '1',
    two_factor_since: '1',
    created_at: '1',
  });
  const { id, created_at, ...dora } = await find('dora');
  expect(dora).toMatchObject({
    password_hash: '!',
    email_verified_at: null,
    disabled_at: null,
    two_factor_since: null,
  });
  expect([id < 77_777, created_at > 1]).toEqual([true, true]);
  expect((await app.visitor().logIn('dora', PASSWORD)).status).toBe(422);
});

test('the page is for admins with a recent login', async () => {
  const mina = await signIn(app, 'mod-mina', 'moderator');
  await mina.get(paths.account());
  expect((await mina.get(paths.newMember())).status).toBe(403);
  expect((await mina.post(paths.newMember(), fieldsFor('erin'))).status).toBe(403);
  app.passTime(6 * MINUTE);
  expect((await ana.get(paths.newMember())).location).toBe(paths.recentLogin());
  expect((await ana.post(paths.newMember(), fieldsFor('erin'))).location).toBe(paths.recentLogin());
  expect(await find('erin')).toBeUndefined();
});
