import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { paths } from '../../paths.ts';
import { MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { invite, mailAllInvitations } from '../../testing/invitations.ts';
import { lastMailTo } from '../../testing/mailbox.ts';
import { memberActionOf } from '../../testing/member-actions.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { alertsOf, errorOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as END_INVITATION_TEXTS } from './end-invitation.page.ts';
import { TEXTS as LIST_TEXTS } from './list.page.ts';
import { TEXTS as NEW_TEXTS } from './new.page.ts';

let app: TestApp;
let ana: Visitor;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
});
afterAll(async () => {
  await expectNoFault(app);
  await app.close();
});

const FORM = { role: 'user', reason: 'the club grows' };
const send = (fields: Record<string, string>, visitor = ana) =>
  visitor.submit(paths.newInvitations(), { ...FORM, ...fields });
const list = async (query = '') => textOf((await ana.get(paths.invitations() + query)).text);
const rowsFor = (email: string) =>
  app.context.db('invitations').where('email_key', email).orderBy('id', 'desc');
const idOf = async (email: string) => (await rowsFor(email).first()).id;

/** Of a length that people paste. */
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `"Müller, Ånna ${index}" <anna-${index}@example.net>`).join(
    '\r\n',
  );

describe('the list', () => {
  test('with nobody in it says what it is for and offers the next step', async () => {
    const page = await ana.get(paths.invitations());
    expect(textOf(page.text)).toContain(LIST_TEXTS.empty.open.title);
    expect(page.text).toContain(`href="${paths.newInvitations()}"`);
  });

  test('says who is invited by whom, as what, until when, and whether the mail is written', async () => {
    const done = await send({ addresses: 'bob@example.net', role: 'moderator' });
    expect([done.status, done.location]).toEqual([303, paths.invitations()]);
    const page = await ana.follow(done);
    expect(alertsOf(page.text)).toEqual([`success: Success: 1 person is invited. ${NEW_TEXTS.onTheWay}`]);
    expect(textOf(page.text)).toMatch(
      /Open 1 .* bob@example\.net moderator Invited by ana on .* · waiting to be mailed Renew/,
    );
    await mailAllInvitations(app.context);
    expect(await list()).toMatch(
      /bob@example\.net moderator Invited by ana on .* · good until \d+ \w+ \d+ Renew/,
    );
  });

  test('has each state at an address of its own', async () => {
    const visitor = app.visitor();
    const path = await invite(app.context, 'carol@example.net');
    await visitor.submit(path, { username: 'carol', password: PASSWORD, password_confirmation: PASSWORD });
    await invite(app.context, 'dave@example.net');
    await ana.submit(paths.withdrawInvitation(await idOf('dave@example.net')));
    await app.context.db('invitations').insert({
      email: 'erin@example.net',
      email_key: 'erin@example.net',
      open_key: 'erin@example.net',
      role: 'user',
      reason: '',
      created_at: 1,
      ends_at: 2,
    });
    expect(await list('?state=accepted')).toMatch(
      /carol@example\.net Invited by the store’s owner .* accepted on .* by carol/,
    );
    expect(await list('?state=withdrawn')).toMatch(/dave@example\.net Invited by .* withdrawn on/);
    const expired = await list('?state=expired');
    expect(expired).toMatch(/erin@example\.net .* expired on 1 January 1970/);
    expect(expired).toMatch(/Open 1 Accepted 1 Expired 1 Withdrawn 1/);
    expect(expired).toContain('Renew');
    expect(expired).not.toContain('Withdraw the invitation');
  });

  test('with nonsense in every parameter shows its default', async () => {
    const plain = await list();
    for (const query of [
      'state=nonsense',
      'state=open&state=accepted',
      'page=-1',
      'page=9999999999',
      'page=x',
      'q=',
      'q=a&q=b',
    ]) {
      expect(await list(`?${query}`)).toBe(plain);
    }
    for (const q of ["'; drop table users--", '%25_', '<script>', 'x'.repeat(2_000), '\u{10ffff}']) {
      const page = await ana.get(`${paths.invitations()}?q=${encodeURIComponent(q)}`);
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('<script>');
      expect(textOf(page.text)).toContain(LIST_TEXTS.notFound.title);
    }
  });

  test('has pages, and is found through by how an address begins, in any case', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `member-${index + 10}@example.net`);
    await send({ addresses: many.join('\n') });
    expect(await list()).toContain('Page 1 of 2');
    expect(await list('?page=2')).toContain('bob@example.net');
    expect(await list('?page=99')).toContain('Page 2 of 2');
    const found = await list('?q=MEMBER-3');
    expect(found).toContain('Open 10');
    expect(found).toContain('member-39@example.net');
    expect(found).not.toContain('member-29@example.net');
  });

  test('says which invitations wait for another admin’s word', async () => {
    const ben = await addPerson(app.context, 'ben', 'admin');
    await invite(app.context, 'fay@example.net', 'admin', memberActionOf(ben));
    expect(await list('?q=fay')).not.toContain('does not work');
    await app.context.db('users').where('id', ben).update({ role: 'user' });
    expect(await list('?q=fay')).toMatch(/does not work Whoever invited them is no administrator any more/);
    await ana.submit(paths.renewInvitation(await idOf('fay@example.net')));
    expect(await list('?q=fay')).toMatch(/Open 1 .* fay@example\.net admin Invited by ana/);
  });
});

describe('a pasted list with lines that cannot be used', () => {
  const BAD =
    'gina@example.net\nBob\r\nANA@example.org\n"Smith, Hank" <hank@example.net>\nina@example\n\nGINA@example.net';

  test('comes back with each of them, everything typed, and nobody invited', async () => {
    const page = await send({ addresses: BAD, role: 'moderator' });
    expect(page.status).toBe(422);
    expect(errorOf(page.text, 'addresses')).toBe('Error: 3 lines cannot be used, so nobody was invited yet.');
    const text = textOf(page.text);
    expect(text).toContain(`Line 2: ${NEW_TEXTS.problems['no-address']('Bob')}`);
    expect(text).toContain('Line 3: ANA@example.org has an account already: ana');
    expect(text).toContain(`Line 5: ${NEW_TEXTS.problems.malformed('ina@example')}`);
    expect(text).toContain('Leave these lines out and invite the other 2');
    expect(page.text).toContain(
      paths.adminMember((await app.context.db('users').where('username', 'ana').first()).id),
    );
    expect(page.text).toMatch(/<textarea[^>]*>\s*gina@example\.net\nBob/);
    expect(page.text).toContain('<option value="moderator" selected>');
    expect(page.text).toMatch(/<textarea[^>]*>\s*the club grows/);
    expect(await rowsFor('gina@example.net')).toEqual([]);
  });

  test('goes out without them when that is said', async () => {
    const done = await send({ addresses: BAD, skip: '1' });
    expect(alertsOf((await ana.follow(done)).text)).toEqual([
      `success: Success: 2 people are invited. ${NEW_TEXTS.onTheWay} One address stood there twice. 3 lines were left out.`,
    ]);
    expect(await rowsFor('hank@example.net')).toHaveLength(1);
    app.passTime(2 * MINUTE);
    const again = await ana.follow(await send({ addresses: 'HANK@example.net, kim@example.net' }));
    expect(alertsOf(again.text)[0]).toContain('One of them was invited before and gets a new link.');
  });

  test('shows fifty of them and says how many more there are, as text', async () => {
    const page = await send({ addresses: '<img src=x onerror=alert(1)>\n'.repeat(1_234) });
    expect(page.status).toBe(422);
    expect(page.text.match(/<li>Line /g)).toHaveLength(50);
    expect(textOf(page.text)).toContain('And 1,184 more.');
    expect(page.text).not.toContain('<img');
    expect(textOf(page.text)).not.toContain('Leave these lines out');
  });

  test('says all that is wrong with the form at once', async () => {
    const page = await send({ addresses: '', role: 'owner', reason: ' ' });
    expect(page.status).toBe(422);
    for (const field of ['addresses', 'role', 'reason']) expect(errorOf(page.text, field)).not.toBe('');
    const long = await send({ addresses: 'leo@example.net', reason: 'x'.repeat(501) });
    expect(errorOf(long.text, 'reason')).toContain('500');
  });
});

describe('one invitation', () => {
  test('is withdrawn and renewed after a page that says what will happen', async () => {
    await send({ addresses: 'mia@example.net' });
    await mailAllInvitations(app.context);
    const id = await idOf('mia@example.net');
    expect(textOf((await ana.get(paths.renewInvitation(id))).text)).toContain(
      END_INVITATION_TEXTS.renewal.title('mia@example.net'),
    );
    const renewed = await ana.submit(paths.renewInvitation(id));
    expect(alertsOf((await ana.follow(renewed)).text)[0]).toContain(
      'A new link is on its way to mia@example.net.',
    );
    await mailAllInvitations(app.context);
    const { message } = await lastMailTo(app.context, 'mia@example.net');
    expect((await app.visitor().get(message.action?.path ?? '')).status).toBe(200);

    const fresh = await idOf('mia@example.net');
    expect(textOf((await ana.get(paths.withdrawInvitation(fresh))).text)).toContain(
      'Withdraw the invitation',
    );
    const withdrawn = await ana.submit(paths.withdrawInvitation(fresh));
    expect(alertsOf((await ana.follow(withdrawn)).text)[0]).toContain(
      'was withdrawn. Its link no longer works.',
    );
    expect((await app.visitor().get(message.action?.path ?? '')).status).toBe(410);
  });

  test('that somebody else ended meanwhile says so', async () => {
    const id = await idOf('mia@example.net');
    for (const path of [paths.withdrawInvitation(id), paths.renewInvitation(id)]) {
      for (const ask of [() => ana.get(path), () => ana.post(path)]) {
        const answer = await ask();
        expect([answer.status, answer.location]).toEqual([303, paths.invitations()]);
        expect(alertsOf((await ana.follow(answer)).text)).toEqual([
          `warning: Warning: ${END_INVITATION_TEXTS.ended.withdrawn('mia@example.net')}`,
        ]);
      }
    }
  });

  test.each(['999999999', '0', '-1', 'x', '1e3', '1234567890', '1%20'])(
    'that is none is 404: %s',
    async (id) => {
      await ana.get(paths.invitations());
      for (const path of [`/admin/invitations/${id}/withdrawal`, `/admin/invitations/${id}/renewal`]) {
        expect((await ana.get(path)).status).toBe(404);
        expect((await ana.post(path)).status).toBe(404);
      }
    },
  );
});

describe('10,000 lines', () => {
  test('arrive, though no other form takes as much', async () => {
    const done = await send({ addresses: lines(10_000) });
    expect([done.status, done.location]).toEqual([303, paths.invitations()]);
    expect(await list()).toMatch(/Open 10,?0\d\d/);
    const elsewhere = await ana.submit(paths.profile(), { username: lines(10_000) });
    expect(elsewhere.status).toBe(413);
  });

  test('and one more are refused in words, and come back', async () => {
    const page = await send({ addresses: lines(10_001) });
    expect(page.status).toBe(422);
    expect(errorOf(page.text, 'addresses')).toContain('at most 10,000 people at once');
    expect(page.text).toContain('anna-10000@example.net');
  });
});

describe('inviting is for admins', () => {
  test('a moderator who posts gets 403 and leaves an audit row, and nobody is invited (ASVS 8.2.1)', async () => {
    const mina = await signIn(app, 'mod-mina', 'moderator');
    await mina.get(paths.admin());
    const answer = await mina.post(paths.newInvitations(), {
      ...FORM,
      addresses: 'nora@example.net',
      role: 'admin',
    });
    expect(answer.status).toBe(403);
    expect(await rowsFor('nora@example.net')).toEqual([]);
    const { id } = await app.context.db('users').where('username', 'mod-mina').first('id');
    const row = (await readAllOf(app.context.db, id)).at(-1);
    expect(row).toMatchObject({ action: 'access.denied', actorId: id });
    expect(row && personalOf(row).details).toEqual({ method: 'POST', path: paths.newInvitations() });
    expect((await mina.get(paths.invitations())).status).toBe(403);
  });

  test('asks who logged in a while ago to show who they are, and loses no list, short or long (ASVS 7.5.1)', async () => {
    await ana.get(paths.newInvitations());
    app.passTime(6 * MINUTE);
    const sent = await ana.post(paths.newInvitations(), { ...FORM, addresses: 'olga@example.net' });
    expect(sent.location).toBe(paths.recentLogin());
    expect(await rowsFor('olga@example.net')).toEqual([]);
    const back = await ana.submit(paths.recentLogin(), { password: PASSWORD });
    expect(back.location).toBe(paths.newInvitations());
    expect((await ana.follow(back)).text).toContain('olga@example.net');
    app.passTime(6 * MINUTE);
    expect((await ana.get(paths.newInvitations())).location).toBe(paths.recentLogin());
    const members = lines(400);
    const long = await ana.post(paths.newInvitations(), { ...FORM, addresses: members });
    expect(long.status).toBe(422);
    expect(textOf(long.text)).toContain('Confirm in a new window that it is you');
    expect(long.text).toContain('anna-399@example.net');
    await ana.submit(paths.recentLogin(), { password: PASSWORD });
    expect((await ana.post(paths.newInvitations(), { ...FORM, addresses: members })).status).toBe(303);
    app.passTime(6 * MINUTE);
    const id = await idOf('bob@example.net');
    expect((await ana.get(paths.withdrawInvitation(id))).location).toBe(paths.recentLogin());
    expect((await ana.post(paths.withdrawInvitation(id))).location).toBe(paths.recentLogin());
    expect((await ana.get(paths.renewInvitation(id))).location).toBe(paths.recentLogin());
    expect((await ana.post(paths.renewInvitation(id))).location).toBe(paths.recentLogin());
  });
});
