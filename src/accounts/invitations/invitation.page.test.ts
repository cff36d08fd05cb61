import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { renewInvitation, withdrawInvitation } from '../../members/invitation-withdrawal.ts';
import { paths } from '../../paths.ts';
import { DAY, MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { invite as inviteTo } from '../../testing/invitations.ts';
import { lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { memberActionOf, OPS } from '../../testing/member-actions.ts';
import { addPerson, PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import { setSettings } from '../../testing/settings.ts';
import { everyRow } from '../../testing/tables.ts';
import { type Answer, alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as INVALID_LINK_TEXTS } from '../mailed-link.page.ts';
import { TEXTS as NEW_ACCOUNT_TEXTS } from '../new-account.ts';
import { TEXTS as INVITATION_TEXTS } from './invitation.page.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ MEMBERSHIP: 'approval' });
  await setSettings(app.context, { require2fa: 'none' });
  await addPerson(app.context, 'ana', 'admin');
});
afterAll(async () => {
  await expectNoFault(app);
  await app.close();
});

const invite = (email: string, role?: Parameters<typeof inviteTo>[2], action = OPS) =>
  inviteTo(app.context, email, role, action);
const find = (username: string) => app.context.db('users').where({ username }).first();
const invitationOf = (email: string) =>
  app.context.db('invitations').where('email_key', email).orderBy('id', 'desc').first();

/** A guest with a form's token of their own. */
async function guest(): Promise<Visitor> {
  const visitor = app.visitor();
  await visitor.get(paths.login());
  return visitor;
}

/** Fills in the form as somebody who has just opened the link. */
async function join(path: string, username: string, more: Record<string, string> = {}): Promise<Answer> {
  const visitor = await guest();
  return visitor.submit(path, { username, password: PASSWORD, password_confirmation: PASSWORD, ...more });
}

async function expectDead(path: string, status: 404 | 410, member?: Visitor): Promise<void> {
  const visitor = member ?? (await guest());
  for (const answer of [await visitor.get(path), await visitor.submit(path, { username: 'nobody-1' })]) {
    expect([path, answer.status]).toEqual([path, status]);
    const text = textOf(answer.text);
    expect(text).toContain(status === 410 ? INVALID_LINK_TEXTS.dead.title : INVALID_LINK_TEXTS.unknown.title);
    expect(text).not.toContain('@example');
  }
}

describe('who opens the link', () => {
  test('makes an account with the role of the invitation and a confirmed address, and is in', async () => {
    const path = await invite('Alice@Example.net', 'moderator');
    const visitor = app.visitor();
    const page = textOf((await visitor.get(path)).text);
    expect(page).toContain('Gatehouse would like you to work with it as a moderator');
    expect(page).toContain('Confirmed already');
    const done = await visitor.post(path, {
      username: 'alice',
      password: PASSWORD,
      password_confirmation: PASSWORD,
    });
    expect([done.status, done.location]).toEqual([303, paths.login()]);
    expect(alertsOf((await visitor.follow(done)).text)).toEqual([
      `success: Success: ${INVITATION_TEXTS.joined}`,
    ]);

    const alice = await find('alice');
    expect(alice).toMatchObject({ email: 'Alice@Example.net', role: 'moderator' });
    expect(alice.email_verified_at).not.toBeNull();
    expect(alice.approved_at).not.toBeNull();
    expect(await invitationOf('alice@example.net')).toMatchObject({ accepted_by: alice.id, open_key: null });
    const [row] = await readAllOf(app.context.db, alice.id);
    expect(row).toMatchObject({ action: 'invitation.accepted', actorId: alice.id, subjectId: alice.id });
    expect(row && personalOf(row).details).toEqual({ role: 'moderator' });
    await visitor.follow(await visitor.logIn('alice', PASSWORD));
    expect((await visitor.get(paths.admin())).status).toBe(200);
    expect(textOf((await visitor.get(paths.activity())).text)).toContain(
      'The store’s invitation was accepted, with the role moderator.',
    );
  });

  test('gets what the invitation says, not what a form sends besides (ASVS 8.2.3)', async () => {
    const path = await invite('bob@example.net');
    const done = await join(path, 'bob', {
      email: 'evil@example.net',
      role: 'admin',
      approved_at: '1',
      email_verified_at: '',
      id: '1',
      disabled_at: '1',
    });
    expect(done.status).toBe(303);
    expect(await find('bob')).toMatchObject({ email: 'bob@example.net', role: 'user', disabled_at: null });
  });

  test('leaves no token in any table when the form was open too long, and finds what was typed', async () => {
    const path = await invite('tess@example.net');
    const visitor = app.visitor();
    await visitor.get(path);
    expect((await visitor.post(path, { _csrf: 'stale', username: 'tess' })).status).toBe(403);
    const token = path.split('/').at(-1) as string;
    expect(JSON.stringify([...(await everyRow(app.context.db))])).not.toContain(token);
    expect((await visitor.get(path)).text).toContain('value="tess"');
  });

  test('sees all that is wrong at once, keeps what was typed, and the link goes on working', async () => {
    const path = await invite('carol@example.net');
    const answer = await join(path, 'ANA', { password: 'short', password_confirmation: 'other' });
    expect(answer.status).toBe(422);
    expect(errorOf(answer.text, 'username')).toBe(`Error: ${NEW_ACCOUNT_TEXTS.usernameTaken}`);
    expect(errorOf(answer.text, 'password')).toContain('Use at least 8 characters');
    expect(errorOf(answer.text, 'password-confirmation')).toContain('not the same');
    expect(answer.text).toContain('value="ANA"');
    expect(answer.text).toContain('value="carol@example.net"');
    expect(answer.text).not.toContain('short');
    for (const username of ['x', 'admin', '<script>', '']) {
      expect((await join(path, username)).status).toBe(422);
    }
    expect((await join(path, 'carol')).status).toBe(303);
  });

  test('uses nothing up by looking, and neither does a scanner (ASVS 3.5.3)', async () => {
    const path = await invite('dave@example.net');
    const contents = async () => {
      const rows = await everyRow(app.context.db);
      rows.delete('sessions');
      return rows;
    };
    const before = await contents();
    for (const method of ['HEAD', 'GET', 'GET']) {
      const answer = await app.visitor().request(path, { method });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('referrer-policy')).toBe('same-origin');
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    expect(await contents()).toEqual(before);
    expect(app.log.join()).not.toContain(path.slice(-43));
  });

  test('of two at the same instant one gets the account, whatever names they choose', async () => {
    for (const [one, other] of [
      ['erin', 'erin-too'],
      ['erik', 'erik'],
    ] as const) {
      const path = await invite(`${one}@example.net`);
      const answers = await Promise.all([join(path, one), join(path, other)]);
      expect(answers.map(({ status }) => status).sort()[0]).toBe(303);
      expect(answers.map(({ status }) => status).filter((status) => status === 303)).toHaveLength(1);
      const made = await app.context.db('users').where('email_key', `${one}@example.net`);
      expect(made).toHaveLength(1);
    }
  });
});

describe('a link', () => {
  test('that is mistyped, cut short, doubled or made up is none (404)', async () => {
    const path = await invite('fay@example.net');
    const token = path.slice(paths.invitation('').length);
    const other = token.startsWith('A') ? 'B' : 'A';
    for (const wrong of [
      other + token.slice(1),
      token.slice(0, -1),
      token + token,
      `${token} `,
      token.toUpperCase(),
      'x'.repeat(4_000),
      'null',
      "' or 1=1 --",
    ]) {
      await expectDead(paths.invitation(wrong), 404);
    }
    expect((await app.visitor().get(path)).status).toBe(200);
  });

  test('works once', async () => {
    const path = await invite('gina@example.net');
    expect((await join(path, 'gina')).status).toBe(303);
    await expectDead(path, 410);
  });

  test('works for seven days, from when it was mailed', async () => {
    const path = await invite('hank@example.net');
    app.passTime(7 * DAY - MINUTE);
    expect((await app.visitor().get(path)).status).toBe(200);
    app.passTime(MINUTE);
    await expectDead(path, 410);
  });

  test('dies when it is withdrawn or renewed, also while the form is open', async () => {
    for (const [name, end] of [
      ['ina', withdrawInvitation],
      ['jo', renewInvitation],
    ] as const) {
      const path = await invite(`${name}@example.net`);
      const visitor = app.visitor();
      await visitor.get(path);
      expect((await end(app.context, OPS, (await invitationOf(`${name}@example.net`)).id)).ok).toBe(true);
      const form = { username: name, password: PASSWORD, password_confirmation: PASSWORD };
      expect((await visitor.post(path, form)).status).toBe(410);
      await expectDead(path, 410);
      expect(await find(name)).toBeUndefined();
    }
  });

  test('that gives a role in the back office dies with the right of who gave it, and a renewal brings it back', async () => {
    const eve = await addPerson(app.context, 'eve', 'admin');
    const staff = await invite('kim@example.net', 'admin', memberActionOf(eve));
    const plain = await invite('lea@example.net', 'user', memberActionOf(eve));
    const { db } = app.context;
    for (const put of [{ role: 'user' }, { disabled_at: 1 }, { closing_at: 9e15 }, { locked_at: 1 }]) {
      await db('users').where('id', eve).update(put);
      await expectDead(staff, 410);
      expect((await app.visitor().get(plain)).status).toBe(200);
      await db('users')
        .where('id', eve)
        .update({ role: 'admin', disabled_at: null, closing_at: null, locked_at: null });
    }
    expect((await app.visitor().get(staff)).status).toBe(200);
    await db('users').where('id', eve).update({ disabled_at: 1 });
    expect((await join(plain, 'lea')).status).toBe(303);
    const ana = memberActionOf((await find('ana')).id);
    await renewInvitation(app.context, ana, (await invitationOf('kim@example.net')).id);
    await expectDead(staff, 410);
  });
});

describe('whose address has an account by now', () => {
  test('is told to log in, and makes no second one', async () => {
    const path = await invite('mia@example.org', 'moderator');
    await addPerson(app.context, 'mia');
    await unconfirm(app.context, 'mia');
    const page = await app.visitor().get(path);
    expect(textOf(page.text)).toContain('Log in to it, then open the link in the mail once more.');
    expect(page.text).not.toContain('name="password"');
    expect((await join(path, 'mia-too')).status).toBe(409);
    expect(await find('mia-too')).toBeUndefined();
    expect(await find('mia')).toMatchObject({ role: 'user', email_verified_at: null });
  });

  test('accepts as a member: gets the role in a session with a new id, and a mail that says so', async () => {
    const path = await invite('nora@example.org', 'moderator');
    const nora = await signIn(app, 'nora');
    await app.context.db('users').where('username', 'nora').update({ approved_at: null });
    const before = new Map(nora.cookies);
    expect(textOf((await nora.get(path)).text)).toContain('Accept as nora');
    const done = await nora.post(path, { role: 'admin', email: 'evil@example.net' });
    expect([done.status, done.location]).toEqual([303, paths.store()]);
    expect(alertsOf((await nora.follow(done)).text)).toEqual([
      `success: Success: ${INVITATION_TEXTS.accepted}${INVITATION_TEXTS.raised.moderator}`,
    ]);
    expect(nora.cookies.get('gatehouse')).not.toBe(before.get('gatehouse'));
    expect((await nora.get(paths.admin())).status).toBe(200);

    const user = await find('nora');
    expect(user.role).toBe('moderator');
    expect(user.email_verified_at).not.toBeNull();
    expect(user.approved_at).not.toBeNull();
    const rows = await readAllOf(app.context.db, user.id);
    expect(rows.slice(-2).map(({ action }) => action)).toEqual(['invitation.accepted', 'role.changed']);
    const { message } = await lastMailTo(app.context, 'nora@example.org', 'Your role was changed');
    expect(message.paragraphs.join()).toContain('from user to moderator');
    await expectDead(path, 410, nora);
  });

  test('leaves in the log whose word gave a role, for new accounts and old ones', async () => {
    const { id: ana } = await find('ana');
    const fresh = await invite('otto@example.net', 'admin', memberActionOf(ana));
    expect((await join(fresh, 'otto')).status).toBe(303);
    const old = await invite('paula@example.org', 'admin', memberActionOf(ana));
    expect((await (await signIn(app, 'paula')).submit(old)).status).toBe(303);
    for (const name of ['otto', 'paula']) {
      const rows = await readAllOf(app.context.db, (await find(name)).id);
      const accepted = rows.find(({ action }) => action === 'invitation.accepted');
      expect(accepted && personalOf(accepted).details).toEqual({ role: 'admin', invitedBy: ana });
    }
  });

  test('never gets less than before', async () => {
    const path = await invite('olga@example.org');
    const olga = await signIn(app, 'olga', 'admin');
    expect((await olga.submit(path)).status).toBe(303);
    expect((await find('olga')).role).toBe('admin');
    expect(await mailsTo(app.context, 'olga@example.org')).toHaveLength(1);
  });

  test('accepts once, also at the same instant', async () => {
    const path = await invite('pia@example.org', 'moderator');
    const pia = await signIn(app, 'pia');
    await pia.get(path);
    await Promise.all([pia.post(path), pia.post(path)]);
    const rows = await readAllOf(app.context.db, (await find('pia')).id);
    expect(rows.filter(({ action }) => action === 'invitation.accepted')).toHaveLength(1);
  });

  test('does not accept with an account of another address, which is told to log out', async () => {
    const path = await invite('quentin@example.net', 'admin');
    const rosa = await signIn(app, 'rosa');
    expect(textOf((await rosa.get(path)).text)).toMatch(/you are logged in as rosa.*Log out, then open/);
    const refused = await rosa.post(path, {
      username: 'rosa-2',
      password: PASSWORD,
      password_confirmation: PASSWORD,
    });
    expect(refused.status).toBe(409);
    expect(await find('rosa')).toMatchObject({ role: 'user' });
    expect(await find('rosa-2')).toBeUndefined();
    expect((await join(path, 'quentin')).status).toBe(303);
  });
});

test('an address that a member gave up a few days ago is not taken from them', async () => {
  const path = await invite('sam@example.net');
  const tess = await addPerson(app.context, 'tess');
  await app.context
    .db('reserved_names')
    .insert({ name_key: 'sam@example.net', kind: 'email', user_id: tess, reserved_until: 9e15 });
  const answer = await join(path, 'sam');
  expect(answer.status).toBe(422);
  expect(errorOf(answer.text, 'email')).toContain('already exists');
});

test('who is invited into the back office sets up a second factor first where that is asked for', async () => {
  await setSettings(app.context, { require2fa: 'staff' });
  const path = await invite('uma@example.net', 'moderator');
  await join(path, 'uma');
  const uma = app.visitor();
  await uma.follow(await uma.logIn('uma', PASSWORD));
  expect((await uma.get(paths.admin())).location).toBe(paths.twoFactor());
});
