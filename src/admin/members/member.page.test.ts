import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eraseClosedAccounts } from '../../accounts/closure/closure.ts';
import { NO_PASSWORD } from '../../accounts/users.table.ts';
import { personalOf } from '../../audit/audit.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { disableMember } from '../../members/access.ts';
import { MEMBER_ACTION_NAMES } from '../../members/available-actions.ts';
import { deleteMember } from '../../members/membership.ts';
import { addNote, TEXTS as MEMBERS_NOTES_TEXTS } from '../../members/notes.ts';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { setUpApp } from '../../testing/authenticator.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { memberActionOf, OPS } from '../../testing/member-actions.ts';
import { addPasskey, deviceFor } from '../../testing/passkeys.ts';
import { addPerson, PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import { addPersonalToken } from '../../testing/tokens.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as MEMBER_TEXTS } from './member.page.ts';
import { TEXTS as MEMBER_VIEW_TEXTS } from './member-view.ts';

/** Nobody goes there. */
const PROVIDER = {
  OIDC_ISSUER: 'http://localhost:9/',
  OIDC_CLIENT_ID: 'gatehouse',
  OIDC_CLIENT_SECRET: 'hush',
  OIDC_NAME: 'Example ID',
};

let app: TestApp;
let ana: Visitor;
let mina: Visitor;
let anaId: number;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none', ...PROVIDER });
  ana = await signIn(app, 'ana', 'admin');
  mina = await signIn(app, 'mod-mina', 'moderator');
  anaId = await idOf('ana');
});
afterAll(() => app.close());

const idOf = async (name: string) => (await app.context.db('users').where('username', name).first('id')).id;
const screenOf = async (id: number, viewer = ana) => textOf((await viewer.get(paths.adminMember(id))).text);
const notesAbout = (id: number): Promise<string[]> =>
  app.context.db('member_notes').where('user_id', id).orderBy('id').pluck('body');

describe('the screen of one member', () => {
  test('shows an admin the profile, sign-in means, devices, activity and what can be done', async () => {
    const alice = await signIn(app, 'alice');
    await unconfirm(app.context, 'alice');
    const id = await idOf('alice');
    const fresh = await screenOf(id);
    expect(fresh).toMatch(/State active Role user E-mail address alice@example\.org not confirmed/);
    expect(fresh).toContain(MEMBER_VIEW_TEXTS.password.never);
    expect(fresh).toContain('None: a password alone opens the account.');
    expect(fresh).toContain('Programs None is logged in');
    expect(fresh).toMatch(/Joined \d+ \w+ \d{4}/);

    await setUpApp(app, alice);
    await addPasskey(alice, deviceFor(app));
    await alice.submit(paths.password(), {
      current_password: PASSWORD,
      password: 'Oak-bench-under-9-stars!',
      password_confirmation: 'Oak-bench-under-9-stars!',
    });
    await app.context
      .db('known_browsers')
      .where('user_id', id)
      .update({ trusted_until: app.context.clock() + DAY });
    const page = await ana.get(paths.adminMember(id));
    const text = textOf(page.text);
    expect(text).toContain('Two-factor authentication on');
    expect(text).toMatch(
      /Second factors an authenticator app, 1 passkey \(.+\), 10 recovery codes left, since \d+/,
    );
    expect(text).toMatch(/An unknown device logged in 127\.0\.0\.1 · last seen just now/);
    expect(text).toMatch(
      /An unknown device trusted 127\.0\.0\.1 · last login .* asked for no second factor until/,
    );
    expect(text).toMatch(
      /An authenticator app was added\. .* UTC · the member · An unknown device · 127\.0\.0\.1/,
    );
    expect(page.text).toContain(`href="${paths.audit()}?whom=alice"`);
    const offered = MEMBER_ACTION_NAMES.filter((name) =>
      page.text.includes(`href="${paths.memberAction(id, name)}"`),
    );
    expect(offered).toEqual(
      MEMBER_ACTION_NAMES.filter(
        (name) => !['approval', 'declining', 'enabling', 'restoration'].includes(name),
      ),
    );
    expect(page.text).toContain(`href="${paths.memberProfile(id)}"`);
  });

  test('says how somebody without a password logs in, and what programs use the account', async () => {
    const { db } = app.context;
    const id = await addPerson(app.context, 'nora');
    await new ApiClient(app.url).logIn('nora', PASSWORD);
    await addPersonalToken(app.context, id);
    await addPersonalToken(app.context, id, { days: -1 });
    await db('users').where({ id }).update({ password_hash: NO_PASSWORD });
    expect(await screenOf(id)).toMatch(/Password Not chosen yet\. .* one step alone opens the account\./);
    const identity = {
      identity_hash: '-',
      issuer: PROVIDER.OIDC_ISSUER,
      subject: 'nora-1',
      label: 'nora',
      created_at: 1,
    };
    await db('identities').insert({ user_id: id, ...identity });
    expect(await screenOf(id)).toMatch(
      /Password None: logs in without one\. .* Other logins Example ID Programs 1 program is logged in, 1 personal access token/,
    );
  });

  test('tells who did something: an admin, somebody at the terminal, a stranger', async () => {
    const id = await addPerson(app.context, 'bob');
    await app.visitor().logIn('bob', 'wrong');
    await disableMember(
      app.context,
      { ...memberActionOf(anaId), client: { address: '192.0.2.9', userAgent: '' } },
      id,
    );
    await deleteMember(app.context, OPS, id);
    const page = await ana.get(paths.adminMember(id));
    const text = textOf(page.text);
    expect(text).toMatch(
      /A login failed: wrong password\. [^·]* · somebody not logged in · An unknown device · 127/,
    );
    expect(text).toMatch(
      /The store disabled the account\. Reason given: as agreed by telephone [^·]* · ana · .*192\.0\.2\.9/,
    );
    expect(text).toMatch(/It will be erased on .* · ops, at the terminal/);
    expect(page.text).toContain(`<a href="${paths.adminMember(anaId)}">ana</a>`);
    expect(text).toContain('State to be erased');
    expect(text).toMatch(/Deleted or declined by the store\. It is erased on .*Disabled since/);
    expect(page.text).not.toContain(paths.memberProfile(id));
  });

  test('tells an account that its member closed from one that the store deleted', async () => {
    const carol = await signIn(app, 'carol');
    await carol.submit(paths.closing(), { username: 'carol' });
    expect(await screenOf(await idOf('carol'))).toContain('Closed by the member.');
  });

  test('shows the latest twenty of many events', async () => {
    const id = await addPerson(app.context, 'dora');
    for (let index = 0; index < 21; index += 1)
      await addNote(app.context, memberActionOf(anaId), id, { note: `n ${index}` });
    const events = (await screenOf(id)).match(/The store added a note about the member/g);
    expect(events).toHaveLength(20);
  });

  test('shows a moderator the profile, state and role, and nothing else (ASVS 8.2.3)', async () => {
    const erin = await signIn(app, 'erin');
    await unconfirm(app.context, 'erin');
    await setUpApp(app, erin);
    const id = await idOf('erin');
    await addNote(app.context, memberActionOf(anaId), id, { note: 'pays late in summer' });
    const page = await mina.get(paths.adminMember(id));
    const text = textOf(page.text);
    expect(text).toMatch(
      /State active Role user E-mail address erin@example\.org not confirmed Two-factor authentication on Joined/,
    );
    for (const hidden of [
      '127.0.0.1',
      'authenticator app',
      'pays late',
      'Activity',
      'Notes',
      'Devices',
      'recovery',
    ]) {
      expect(text).not.toContain(hidden);
    }
    expect(page.text).not.toContain(`${paths.adminMember(id)}/`);
    expect(page.text).not.toContain(paths.audit());
  });

  test('of oneself offers nothing to do, and says why', async () => {
    const page = await ana.get(paths.adminMember(anaId));
    expect(textOf(page.text)).toContain('Nobody does anything to their own account here');
    expect(page.text).not.toContain(`${paths.adminMember(anaId)}/`);
    const own = await mina.get(paths.adminMember(await idOf('mod-mina')));
    expect(own.status).toBe(200);
    expect(textOf(own.text)).not.toContain('Nobody does anything');
  });

  test('is shut to members and guests, and there is none of nobody or of who was erased', async () => {
    const fred = await signIn(app, 'fred');
    const id = await idOf('fred');
    expect((await fred.get(paths.adminMember(id))).status).toBe(403);
    expect((await app.visitor().get(paths.adminMember(id))).location).toBe(paths.login());
    await app.context.db('users').where({ id }).update({ closing_at: 1 });
    await eraseClosedAccounts(app.context);
    for (const nobody of [id, '999999', '0', '-1', '01', '1.5', 'x', '9'.repeat(40), '%F0%9F%92%A9']) {
      for (const viewer of [ana, mina]) {
        const path =
          typeof nobody === 'string' ? `${paths.adminMembers()}/${nobody}` : paths.adminMember(nobody);
        expect((await viewer.get(path)).status).toBe(404);
      }
    }
  });
});

describe('notes', () => {
  test('are added with their author and time, newest first, written down without their words, and mailed to nobody', async () => {
    const id = await addPerson(app.context, 'gina');
    const answer = await ana
      .submit(paths.adminMember(id))
      .then(() => ana.post(paths.memberNotes(id), { note: ' Pays late\r\nin summer. ' }));
    expect([answer.status, answer.location]).toEqual([303, paths.adminMember(id)]);
    expect(alertsOf((await ana.follow(answer)).text)).toEqual([`success: Success: ${MEMBER_TEXTS.added}`]);
    await ana.post(paths.memberNotes(id), { note: '<b>Second</b>' });
    expect(await notesAbout(id)).toEqual(['Pays late\nin summer.', '<b>Second</b>']);
    expect(await screenOf(id)).toMatch(/<b>Second<\/b> ana · \d.* UTC Remove .*Pays late in summer\. ana ·/);
    const row = (await readAllOf(app.context.db, id)).at(-1);
    expect(row).toMatchObject({ action: 'account.noted', actorId: anaId, subjectId: id });
    expect(personalOf(row as NonNullable<typeof row>).details).toEqual({ note: expect.any(Number) });
    expect(await mailsTo(app.context, 'gina@example.org')).toEqual([]);
  });

  test('of an admin who was erased name nobody', async () => {
    const id = await addPerson(app.context, 'grace');
    const zoe = await addPerson(app.context, 'zoe', 'admin');
    await addNote(app.context, memberActionOf(zoe), id, { note: 'pays early' });
    await app.context.db('users').where('id', zoe).update({ closing_at: 1 });
    await eraseClosedAccounts(app.context);
    const text = await screenOf(id);
    expect(text).toContain('pays early');
    expect(text).not.toContain('erased #');
  });

  test.each([
    ['nothing', '', `Error: ${MEMBERS_NOTES_TEXTS.missing}`],
    ['white space', ' \r\n ', `Error: ${MEMBERS_NOTES_TEXTS.missing}`],
    ['2,001 characters', 'x'.repeat(2_001), 'Error: Use at most 2,000 characters.'],
  ])('of %s are refused on the member’s screen, with what was typed', async (what, note, error) => {
    const id = await addPerson(app.context, `hana-${what.length}`);
    await ana.get(paths.adminMember(id));
    const answer = await ana.post(paths.memberNotes(id), { note });
    expect([answer.status, errorOf(answer.text, 'note')]).toEqual([422, error]);
    expect(answer.text).toContain(note.trim());
    expect(textOf(answer.text)).toContain('What you can do');
    expect(await notesAbout(id)).toEqual([]);
  });

  test('of 2,000 characters are taken, and one sent twice is one', async () => {
    const id = await addPerson(app.context, 'ida');
    await ana.get(paths.adminMember(id));
    const note = '\r\n'.padStart(2_000, 'x').concat('x');
    await Promise.all([1, 2].map(() => ana.post(paths.memberNotes(id), { note })));
    expect((await notesAbout(id)).map(({ length }) => length)).toEqual([2_000]);
  });

  test('are removed by any admin, on a page that shows them, once', async () => {
    const [id, other] = [await addPerson(app.context, 'jack'), await addPerson(app.context, 'kim')];
    await addNote(app.context, OPS, id, { note: 'moved to Pune' });
    const { id: note } = await app.context.db('member_notes').where('user_id', id).first('id');
    expect((await ana.get(paths.memberNote(other, note))).status).toBe(404);
    expect((await ana.post(paths.memberNote(other, note))).location).toBe(paths.adminMember(other));
    expect(await notesAbout(id)).toHaveLength(1);

    const page = await ana.get(paths.memberNote(id, note));
    expect(textOf(page.text)).toContain('moved to Pune');
    const answer = await ana.post(paths.memberNote(id, note));
    expect([answer.status, answer.location]).toEqual([303, paths.adminMember(id)]);
    expect(await notesAbout(id)).toEqual([]);
    const rows = await readAllOf(app.context.db, id);
    expect(rows.at(-1)).toMatchObject({ action: 'account.note-removed', actorId: anaId });
    await ana.post(paths.memberNote(id, note));
    expect(await readAllOf(app.context.db, id)).toHaveLength(rows.length);
    expect((await ana.get(paths.memberNote(id, note))).status).toBe(404);
  });

  test('are not for moderators, and nobody writes one about themselves', async () => {
    const id = await addPerson(app.context, 'liam');
    await addNote(app.context, memberActionOf(anaId), id, { note: 'for admins' });
    const { id: note } = await app.context.db('member_notes').where('user_id', id).first('id');
    await mina.get(paths.account());
    expect((await mina.post(paths.memberNotes(id), { note: 'mine' })).status).toBe(403);
    expect((await mina.get(paths.memberNotes(id))).status).toBe(403);
    expect((await mina.get(paths.memberNote(id, note))).status).toBe(403);
    expect((await mina.post(paths.memberNote(id, note))).status).toBe(403);
    expect(await notesAbout(id)).toEqual(['for admins']);

    await ana.get(paths.account());
    const own = await ana.post(paths.memberNotes(anaId), { note: 'a fine person' });
    expect(alertsOf((await ana.follow(own)).text)[0]).toContain(MEMBER_TEXTS.own);
    expect(await notesAbout(anaId)).toEqual([]);
    expect((await ana.post(paths.memberNotes(999_999), { note: 'x' })).status).toBe(404);
  });
});
