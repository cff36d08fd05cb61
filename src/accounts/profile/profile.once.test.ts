import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { DAY, HOUR, MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { actionPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as EMAILS_TEXTS } from '../emails.ts';
import { TEXTS as NEW_ACCOUNT_TEXTS } from '../new-account.ts';
import { TEXTS as USERNAMES_TEXTS } from '../usernames.ts';
import { findUser, type User } from '../users.table.ts';
import { TEXTS as PROFILE_PAGE_TEXTS } from './profile.page.ts';
import { changeProfile } from './profile.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

/** The row of a member, but for how often it was locked. */
async function userOf(username: string) {
  const user = await app.context.db('users').where({ username }).first();
  return user && { ...user, lock_count: undefined };
}
const change = (visitor: Visitor, fields: Record<string, string>) => visitor.submit(paths.profile(), fields);
const linkTo = async (address: string) => actionPath(await lastMailTo(app.context, address));

/** Sends the profile's form and gives the page after it. */
async function changeAndLook(visitor: Visitor, fields: Record<string, string>): Promise<string> {
  const answer = await change(visitor, fields);
  expect(answer).toMatchObject({ status: 303, location: paths.profile() });
  return (await visitor.get(paths.profile())).text;
}

describe('a new username', () => {
  test('applies at once, logs in, and is in the activity', async () => {
    const alice = await signIn(app, 'alice');
    const page = await changeAndLook(alice, { username: ' alicia ' });
    expect(alertsOf(page)).toEqual([`success: Success: ${PROFILE_PAGE_TEXTS.renamed('alicia')}`]);
    expect(page).toContain('value="alicia"');
    expect((await app.visitor().logIn('alicia', PASSWORD)).status).toBe(303);
    expect((await app.visitor().logIn('alice', PASSWORD)).status).toBe(422);
    expect(textOf((await alice.get(paths.activity())).text)).toContain(
      'The username was changed from alice to alicia.',
    );
  });

  test('may differ in case alone, and be the one that it is', async () => {
    const bob = await signIn(app, 'bob');
    await changeAndLook(bob, { username: 'Bob' });
    expect(await userOf('Bob')).toBeDefined();
    expect(alertsOf(await changeAndLook(bob, { username: 'Bob' }))).toEqual([
      `info: Information: ${PROFILE_PAGE_TEXTS.unchanged}`,
    ]);
  });

  test('is refused as at registration', async () => {
    await addPerson(app.context, 'carol');
    const dave = await signIn(app, 'dave');
    for (const [username, error] of [
      ['x', 'Use 3 to 30 characters.'],
      ['', USERNAMES_TEXTS.missing],
      ['admin', USERNAMES_TEXTS.reserved],
      ['CAROL', NEW_ACCOUNT_TEXTS.usernameTaken],
      ['y'.repeat(10_000), 'Use 3 to 30 characters.'],
    ] as const) {
      const answer = await change(dave, { username });
      expect(answer.status).toBe(422);
      expect(errorOf(answer.text, 'username')).toBe(`Error: ${error}`);
    }
    expect(await userOf('dave')).toBeDefined();
  });

  test('that is a reserved one by a newer rule need not be given up to change the address', async () => {
    const support = await signIn(app, 'support');
    await changeAndLook(support, { username: 'support', email: 'support-new@example.org' });
    await expect(linkTo('support-new@example.org')).resolves.toMatch(/^\/new-email\//);
  });

  test('is refused to an account that was locked after the request began', async () => {
    const { context } = app;
    await addPerson(context, 'wanda');
    const row = await userOf('wanda');
    const user = (await findUser(context.db, row.id)) as User;
    await context.db('users').where({ id: row.id }).update({ locked_at: 1 });
    const client = { address: '', network: '', userAgent: '', browserToken: undefined };
    const wish = { username: 'wanda.2', email: 'thief@example.org' };
    expect(await changeProfile(context, user, wish, client)).toEqual({ ok: true, changes: {} });
    expect(await userOf('wanda')).toBeDefined();
    expect(await mailsTo(context, 'thief@example.org')).toEqual([]);
  });

  test('goes to one of two who ask at once', async () => {
    const visitors = [await signIn(app, 'erin'), await signIn(app, 'frank')];
    const answers = await Promise.all(visitors.map((visitor) => change(visitor, { username: 'gina' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
    const refused = answers.find(({ status }) => status === 422);
    expect(errorOf(refused?.text ?? '', 'username')).toBe(`Error: ${NEW_ACCOUNT_TEXTS.usernameTaken}`);
  });
});

describe('the profile form', () => {
  test('changes nothing that is not on it, and stands hostile fields (ASVS 8.2.3)', async () => {
    const helen = await signIn(app, 'helen');
    const before = await userOf('helen');
    const page = await changeAndLook(helen, {
      role: 'admin',
      email_verified_at: '1',
      emailVerifiedAt: '1',
      approved_at: '1',
      id: '1',
      password_hash: 'x',
    });
    expect(alertsOf(page)).toEqual([`info: Information: ${PROFILE_PAGE_TEXTS.unchanged}`]);
    expect(await userOf('helen')).toEqual(before);

    await helen.get(paths.profile());
    const twice = await helen.post(paths.profile(), { 'username[]': 'x', 'email[a]': 'y' });
    expect(twice.status).toBeLessThan(500);
    await expectNoFault(app);
  });

  test('asks who logged in a while ago to confirm it, and keeps what was typed (ASVS 7.5.1)', async () => {
    const ines = await signIn(app, 'ines');
    app.passTime(6 * MINUTE);
    const asked = await change(ines, { email: 'ines-new@example.org' });
    expect(asked).toMatchObject({ status: 303, location: paths.recentLogin() });
    expect(await mailsTo(app.context, 'ines-new@example.org')).toEqual([]);

    const confirmed = await ines.submit(paths.recentLogin(), { password: PASSWORD });
    expect(confirmed.location).toBe(paths.profile());
    expect((await ines.follow(confirmed)).text).toContain('value="ines-new@example.org"');
    expect(await changeAndLook(ines, { email: 'ines-new@example.org' })).toContain(
      'Waiting for confirmation',
    );
  });
});

describe('a new e-mail address', () => {
  test('does not apply before its proof, and its mail says how', async () => {
    const jack = await signIn(app, 'jack');
    await unconfirm(app.context, 'jack');
    const page = textOf(await changeAndLook(jack, { email: ' jack-new@example.org ' }));
    expect(page).toContain('We have mailed a link to jack-new@example.org.');
    expect(page).toContain('Waiting for confirmation of jack-new@example.org');
    expect(await userOf('jack')).toMatchObject({ email: 'jack@example.org', email_verified_at: null });
    const { message } = await lastMailTo(app.context, 'jack-new@example.org');
    expect(message).toMatchObject({
      name: 'jack',
      action: { path: expect.stringMatching(/^\/new-email\/.{43}$/) },
    });
    expect((await mailsTo(app.context, 'jack@example.org')).length).toBe(0);
  });

  test('is refused as at registration', async () => {
    await addPerson(app.context, 'kim');
    const liam = await signIn(app, 'liam');
    for (const [email, error] of [
      ['no-address', EMAILS_TEXTS.shape],
      ['', EMAILS_TEXTS.missing],
      ['KIM@example.ORG', NEW_ACCOUNT_TEXTS.emailTaken],
    ] as const) {
      const answer = await change(liam, { email });
      expect(answer.status).toBe(422);
      expect(errorOf(answer.text, 'email')).toBe(`Error: ${error}`);
      expect(answer.text).toContain(`value="${email}"`);
    }
  });

  test('sent twice by a double click is one mail; another one replaces it', async () => {
    const mona = await signIn(app, 'mona');
    await mona.get(paths.profile());
    const twice = { email: 'mona-1@example.org' };
    const answers = await Promise.all([mona.post(paths.profile(), twice), mona.post(paths.profile(), twice)]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect((await mailsTo(app.context, 'mona-1@example.org')).length).toBe(1);

    const first = await linkTo('mona-1@example.org');
    await change(mona, { email: 'mona-2@example.org' });
    expect((await app.visitor().get(first)).status).toBe(410);
    expect((await app.visitor().get(await linkTo('mona-2@example.org'))).status).toBe(200);
  });

  test('can be asked for again and forgotten; only the newest link works', async () => {
    const nina = await signIn(app, 'nina');
    await change(nina, { email: 'nina-new@example.org' });
    const first = await linkTo('nina-new@example.org');
    expect((await nina.post(paths.pendingEmail(), { decision: 'resend' })).location).toBe(paths.profile());
    const second = await linkTo('nina-new@example.org');
    expect((await nina.get(first)).status).toBe(410);
    expect((await nina.get(second)).status).toBe(200);

    await nina.post(paths.pendingEmail(), { decision: 'cancel' });
    expect((await nina.get(second)).status).toBe(410);
    expect(textOf((await nina.get(paths.profile())).text)).not.toContain('Waiting for');
    await nina.post(paths.pendingEmail(), { decision: 'resend' });
    expect(alertsOf((await nina.get(paths.profile())).text)).toEqual([
      `warning: Warning: ${PROFILE_PAGE_TEXTS.nothingPending}`,
    ]);
    expect((await nina.post(paths.pendingEmail(), { decision: 'other' })).status).toBe(400);
    expect((await nina.get(paths.pendingEmail())).location).toBe(paths.profile());
  });

  test('is mailed three times an hour at most, whatever the addresses', async () => {
    const olga = await signIn(app, 'olga');
    await change(olga, { email: 'olga-1@example.org' });
    await change(olga, { email: 'olga-2@example.org' });
    await olga.post(paths.pendingEmail(), { decision: 'resend' });
    const fourth = await olga.post(paths.pendingEmail(), { decision: 'resend' });
    expect(fourth.status).toBe(429);
    expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(60);
    const other = await change(olga, { email: 'olga-3@example.org' });
    expect(other.status).toBe(429);
    expect(other.text).toContain('value="olga-3@example.org"');
    expect((await mailsTo(app.context, 'olga-2@example.org')).length).toBe(2);
    expect((await change(olga, { username: 'olga.b' })).status).toBe(303);
  });

  test('is forgotten after a day', async () => {
    const pia = await signIn(app, 'pia');
    await change(pia, { email: 'pia-new@example.org' });
    const link = await linkTo('pia-new@example.org');
    app.passTime(1 * DAY - 1 * HOUR);
    expect((await app.visitor().get(link)).status).toBe(200);
    app.passTime(1 * HOUR);
    expect((await app.visitor().get(link)).status).toBe(410);
  });
});
