import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEXTS as NEW_EMAIL_TEXTS } from '../../accounts/email-change/new-email.ts';
import { TEXTS as NEW_ACCOUNT_TEXTS } from '../../accounts/new-account.ts';
import { TEXTS as RESET_LINKS_TEXTS } from '../../accounts/password-reset/reset-links.ts';
import { findUser } from '../../accounts/users.table.ts';
import { personalOf } from '../../audit/audit.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { changeMemberProfile } from '../../members/profile-change.ts';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { actionPath, alarmPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { memberActionOf } from '../../testing/member-actions.ts';
import { addPerson, PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as MEMBER_ACTION_TEXTS } from './member-action.page.ts';
import { TEXTS as MEMBER_ACTION_FORM_TEXTS } from './member-action-form.http.ts';
import { TEXTS as PROFILE_TEXTS } from './profile.page.ts';

const REASON = 'as agreed by telephone';
const CHANGED = NEW_EMAIL_TEXTS.changed.subject;

let app: TestApp;
let ana: Visitor;
let anaId: number;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
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
const subjectsTo = async (address: string) =>
  (await mailsTo(app.context, address)).map(({ message }) => message.subject);

/** Adds a member whose address is proven. */
async function addProven(name: string): Promise<number> {
  const id = await addPerson(app.context, name);
  await app.context.db('users').where({ id }).update({ email_verified_at: 1 });
  return id;
}

/** Opens the page and sends its form, with what it showed. */
async function send(id: number, typed: Record<string, string>) {
  const { username, email } = await rowOf(id);
  const shown = { username, email, shown_username: username, shown_email: email };
  return ana.submit(paths.memberProfile(id), { ...shown, reason: REASON, ...typed });
}

describe('a new username', () => {
  test('counts at once, and is told by mail and written down with the reason', async () => {
    const id = await addProven('alice');
    const page = await ana.get(paths.memberProfile(id));
    expect(page.text).toContain('value="alice"');
    expect(textOf(page.text)).toContain('alice@example.org is told by mail, with the reason, and can take');
    const answer = await send(id, { username: 'alicia' });
    expect([answer.status, answer.location]).toEqual([303, paths.adminMember(id)]);
    expect(alertsOf((await ana.follow(answer)).text)).toEqual([
      `success: Success: ${PROFILE_TEXTS.done('alicia')}`,
    ]);
    expect((await app.visitor().logIn('alicia', PASSWORD)).location).toBe(paths.store());
    const { message } = await lastMailTo(app.context, 'alice@example.org');
    expect(message.subject).toBe('Your username was changed');
    expect(message.paragraphs.slice(0, 2)).toEqual([
      'The store changed your username from alice to alicia. Log in with the new one.',
      `Reason given: ${REASON}`,
    ]);
    const rows = await readAllOf(app.context.db, id);
    const row = rows.find(({ action }) => action === 'username.changed-by-store');
    expect(row).toMatchObject({ actorId: anaId });
    expect(personalOf(row as NonNullable<typeof row>).details).toEqual({
      from: 'alice',
      to: 'alicia',
      reason: REASON,
    });
  });

  test('that breaks a rule, or that another has, is refused; all errors at once, and what was typed stays', async () => {
    const id = await addProven('bob');
    const before = await rowOf(id);
    const wrong = await send(id, { username: 'admin', email: 'no address', reason: '' });
    expect(wrong.status).toBe(422);
    for (const field of ['username', 'email', 'reason']) expect(errorOf(wrong.text, field)).not.toBe('');
    expect(wrong.text).toContain('value="no address"');
    const taken = await send(id, { username: 'ANA', email: ' ana@Example.org ' });
    expect(errorOf(taken.text, 'username')).toBe(`Error: ${NEW_ACCOUNT_TEXTS.usernameTaken}`);
    expect(errorOf(taken.text, 'email')).toBe(`Error: ${NEW_ACCOUNT_TEXTS.emailTaken}`);
    expect(await rowOf(id)).toEqual(before);
    expect(await subjectsTo('bob@example.org')).toEqual([]);
  });

  test('is not asked of who has an old one that a rule forbids today', async () => {
    const id = await addProven('support');
    expect((await send(id, { email: 'help@example.org' })).status).toBe(303);
    expect(await rowOf(id)).toMatchObject({ username: 'support', email: 'help@example.org' });
  });

  test('goes to one of two who are given it at the same instant', async () => {
    const ids = [await addProven('carol-1'), await addProven('carol-2')];
    const outcomes = await Promise.all(
      ids.map((id) => changeMemberProfile(app.context, memberActionOf(anaId), id, { username: 'carol' })),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.find(({ ok }) => !ok)).toMatchObject({
      problem: 'invalid',
      errors: { username: NEW_ACCOUNT_TEXTS.usernameTaken },
    });
  });
});

describe('a new e-mail address', () => {
  test('counts at once and unproven; a link goes to it, and the old one is told why and can take it back', async () => {
    const id = await addProven('dan');
    const pending = 'dan-pending@example.org';
    const dan = app.visitor();
    await dan.follow(await dan.logIn('dan', PASSWORD));
    await dan.submit(paths.profile(), { email: pending });
    expect((await send(id, { email: 'dan-new@example.org' })).status).toBe(303);
    expect(await rowOf(id)).toMatchObject({ email: 'dan-new@example.org', email_verified_at: null });
    // What the member had asked for meanwhile is over.
    expect((await dan.submit(actionPath(await lastMailTo(app.context, pending)))).status).toBe(410);

    const { message } = await lastMailTo(app.context, 'dan@example.org', CHANGED);
    expect(message.paragraphs.slice(0, 2)).toEqual([
      'The store changed the e-mail address of your account from dan@example.org to dan-new@example.org. For 7 days you can take this back from here.',
      `Reason given: ${REASON}`,
    ]);
    expect(await subjectsTo('dan-new@example.org')).toEqual(['Please confirm your e-mail address']);
    const link = actionPath(await lastMailTo(app.context, 'dan-new@example.org'));
    expect((await app.visitor().submit(link)).status).toBe(303);
    expect((await findUser(app.context.db, id))?.emailVerifiedAt).not.toBeNull();

    const taker = app.visitor();
    expect(
      (await taker.submit(actionPath(await lastMailTo(app.context, 'dan@example.org', CHANGED)))).status,
    ).toBe(303);
    expect(await rowOf(id)).toMatchObject({ email: 'dan@example.org' });
  });

  test('that the member did not ask for gives the account back to who reads the old address', async () => {
    const id = await addProven('erin');
    await send(id, { email: 'thief@example.net' });
    const mail = await lastMailTo(app.context, 'erin@example.org', CHANGED);
    expect(mail.message.alarm?.label).toBe('I did not ask for this');
    const erin = app.visitor();
    expect((await erin.submit(alarmPath(mail))).status).toBe(303);
    expect(await rowOf(id)).toMatchObject({ email: 'erin@example.org', locked_at: expect.any(Number) });
    expect(await subjectsTo('thief@example.net')).not.toContain(RESET_LINKS_TEXTS.subject);
    await lastMailTo(app.context, 'erin@example.org', RESET_LINKS_TEXTS.subject);
  });

  test('is not told to an old one that was never confirmed: it may be a stranger’s', async () => {
    const id = await addPerson(app.context, 'fred');
    await unconfirm(app.context, 'fred');
    const page = textOf((await ana.get(paths.memberProfile(id))).text);
    expect(page).not.toContain('is told by mail');
    expect(page).toContain(MEMBER_ACTION_TEXTS.untold('fred@example.org'));
    await send(id, { email: 'fred-new@example.org' });
    expect(await subjectsTo('fred@example.org')).toEqual([]);
    const links = await app.context
      .db('account_links')
      .where({ user_id: id, dead_at: null })
      .pluck('purpose');
    expect(links).toEqual(['verify-email']);
  });

  test('for who has not chosen a password yet is mailed the link to choose it, and the one before is dead', async () => {
    await ana.submit(paths.newMember(), {
      username: 'gina',
      email: 'gina@example.com',
      role: 'user',
      reason: REASON,
    });
    const id = await idOf('gina');
    const wrong = actionPath(await lastMailTo(app.context, 'gina@example.com'));
    await send(id, { email: 'gina@example.org' });
    expect((await app.visitor().get(wrong)).status).toBe(410);
    const gina = app.visitor();
    await gina.follow(await gina.get(actionPath(await lastMailTo(app.context, 'gina@example.org'))));
    await gina.post(paths.resetPassword(), { password: PASSWORD, password_confirmation: PASSWORD });
    expect((await gina.logIn('gina', PASSWORD)).location).toBe(paths.store());
    expect((await findUser(app.context.db, id))?.emailVerifiedAt).not.toBeNull();
  });

  test('that another account gave up within seven days is kept for that one', async () => {
    const id = await addProven('hana');
    await send(await addProven('ida'), { email: 'ida-new@example.org' });
    const answer = await send(id, { email: 'Ida@example.org' });
    expect(errorOf(answer.text, 'email')).toBe(`Error: ${NEW_ACCOUNT_TEXTS.emailTaken}`);
    expect(await rowOf(id)).toMatchObject({ email: 'hana@example.org', email_verified_at: 1 });
    expect((await send(await idOf('ida'), { email: 'ida@example.org' })).status).toBe(303);
  });

  test('is not given to an account while another gives it up at the same instant', async () => {
    for (let round = 0; round < 3; round += 1) {
      const [giver, taker] = [await addProven(`giver-${round}`), await addProven(`taker-${round}`)];
      const wanted = `giver-${round}@example.org`;
      const change = (id: number, email: string) =>
        changeMemberProfile(app.context, memberActionOf(anaId), id, { email });
      const [given, taken] = await Promise.all([
        change(giver, `left-${round}@example.org`),
        change(taker, wanted),
      ]);
      expect([given.ok, taken.ok]).toEqual([true, false]);
      expect((await rowOf(taker)).email).toBe(`taker-${round}@example.org`);
    }
  });
});

describe('the form', () => {
  test('tells who comes second what came first, keeps what was typed, and works when it is sent again', async () => {
    const id = await addProven('jack');
    await ana.get(paths.memberProfile(id));
    await app.context.db('users').where({ id }).update({ username: 'jacob', username_key: 'jacob' });
    const typed = {
      username: 'jack',
      shown_username: 'jack',
      email: 'jack-new@example.org',
      shown_email: 'jack@example.org',
    };
    const answer = await ana.post(paths.memberProfile(id), { ...typed, reason: REASON });
    expect(answer.status).toBe(422);
    expect(alertsOf(answer.text)[0]).toContain('the username is jacob now, and the address jack@example.org');
    expect(answer.text).toContain('name="shown_username" value="jacob"');
    expect(answer.text).toContain('value="jack-new@example.org"');
    expect(answer.text).toContain(REASON);
    // The username, which nobody typed here, is not set back.
    expect(answer.text).toMatch(/name="username" value="jacob"/);
    expect(await rowOf(id)).toMatchObject({ username: 'jacob', email: 'jack@example.org' });
    const again = { ...typed, username: 'jacob', shown_username: 'jacob' };
    expect((await ana.post(paths.memberProfile(id), { ...again, reason: REASON })).status).toBe(303);
    expect(await rowOf(id)).toMatchObject({ username: 'jacob', email: 'jack-new@example.org' });
  });

  test('of two who send it at the same instant lets one through', async () => {
    const id = await addProven('kim');
    const shown = { shown_username: 'kim', shown_email: 'kim@example.org' };
    const outcomes = await Promise.all(
      ['kim-1', 'kim-2'].map((username) =>
        changeMemberProfile(app.context, memberActionOf(anaId), id, { ...shown, username }),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.find(({ ok }) => !ok)).toMatchObject({ problem: 'changed-meanwhile' });
  });

  test('that changes nothing says so', async () => {
    const id = await addProven('liam');
    const answer = await send(id, { username: ' liam ' });
    expect(alertsOf((await ana.follow(answer)).text)).toEqual([
      `info: Information: ${MEMBER_ACTION_FORM_TEXTS.unchanged}`,
    ]);
    expect(await readAllOf(app.context.db, id)).toEqual([]);
  });

  test('gives nothing that it does not ask for (mass assignment)', async () => {
    const id = await addProven('mona');
    const before = await rowOf(id);
    await send(id, {
      username: 'mona-2',
      role: 'admin',
      status: 'active',
      id: '1',
      email_verified_at: '5',
      emailVerifiedAt: '5',
      approved_at: '5',
      password: 'x',
      password_hash: 'x',
    });
    expect(await rowOf(id)).toEqual({ ...before, username: 'mona-2', username_key: 'mona-2' });
  });

  test('is for admins with a recent login, and not for oneself, for nobody or for who is being deleted', async () => {
    const id = await addProven('nina');
    const mina = await signIn(app, 'mod-mina', 'moderator');
    await mina.get(paths.account());
    expect((await mina.get(paths.memberProfile(id))).status).toBe(403);
    expect((await mina.post(paths.memberProfile(id), { username: 'x-nina', reason: REASON })).status).toBe(
      403,
    );

    expect((await ana.get(paths.memberProfile(anaId))).location).toBe(paths.adminMember(anaId));
    const own = await ana.post(paths.memberProfile(anaId), { username: 'ana-2', reason: REASON });
    expect([own.status, (await rowOf(anaId)).username]).toEqual([422, 'ana']);
    expect((await ana.get(paths.memberProfile(999_999))).status).toBe(404);
    expect((await ana.post(paths.memberProfile('x'), { reason: REASON })).status).toBe(404);

    await app.context.db('users').where({ id }).update({ closing_at: 4_000_000_000_000 });
    const shut = await ana.post(paths.memberProfile(id), { username: 'nina-2', reason: REASON });
    expect([shut.status, (await rowOf(id)).username]).toEqual([422, 'nina']);
    expect((await ana.get(paths.memberProfile(id))).location).toBe(paths.adminMember(id));

    app.passTime(6 * MINUTE);
    expect((await ana.post(paths.memberProfile(id), { username: 'nina-2' })).location).toBe(
      paths.recentLogin(),
    );
  });
});
