import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp } from '../../jobs/jobs.ts';
import type { Mail } from '../../mail/message.ts';
import { paths } from '../../paths.ts';
import { DAY, HOUR } from '../../shared/clock.ts';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { expectNoFault } from '../../testing/faults.ts';
import { actionPath, alarmPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import { alertsOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { TEXTS as KNOWN_ADDRESS_TEXTS } from '../known-address.ts';
import { findLink, makeLink } from '../links.ts';
import { NEW_EMAIL as NEW_EMAIL_PAGE_TEXTS } from './mailed-links.page.ts';
import { TEXTS as NEW_EMAIL_TEXTS, queueNewEmailLink } from './new-email.ts';
import { TEXTS as OLD_EMAIL_TEXTS } from './old-email.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const ASKED = NEW_EMAIL_TEXTS.asked.subject;
const CHANGED = NEW_EMAIL_TEXTS.changed.subject;

const userOf = (username: string) => app.context.db('users').where({ username }).first();
const linkTo = async (address: string, subject?: string) =>
  actionPath(await lastMailTo(app.context, address, subject));

/** Adds a person whose address is proven. */
async function signInProven(username: string): Promise<Visitor> {
  const visitor = await signIn(app, username);
  await app.context.db('users').where({ username }).update({ email_verified_at: app.context.clock() });
  return visitor;
}

/** Presses a link's button as a guest, also where its page no longer has one. */
async function press(link: string) {
  const guest = app.visitor();
  await guest.get(paths.login());
  return guest.post(link);
}

/** Asks for another address. @returns the link that was mailed to it */
async function ask(visitor: Visitor, email: string): Promise<string> {
  expect((await visitor.submit(paths.profile(), { email })).location).toBe(paths.profile());
  return linkTo(email);
}

/** Changes the address. @returns the link with which the old one can take that back */
async function change(visitor: Visitor, from: string, to: string): Promise<string> {
  const answer = await visitor.submit(await ask(visitor, to));
  expect(answer).toMatchObject({ status: 303, location: paths.profile() });
  return linkTo(from, CHANGED);
}

describe('the link to a new address', () => {
  test('changes nothing when it is opened, and the address when its button is pressed (ASVS 3.5.3)', async () => {
    const alice = await signInProven('alice');
    const link = await ask(alice, 'alice-new@example.org');
    const guest = app.visitor();
    expect(textOf((await guest.get(link)).text)).toContain('alice-new@example.org');
    expect(await userOf('alice')).toMatchObject({ email: 'alice@example.org' });

    const answer = await guest.post(link);
    expect(answer).toMatchObject({ status: 303, location: paths.login() });
    expect(alertsOf((await guest.follow(answer)).text)).toEqual([
      `success: Success: ${NEW_EMAIL_PAGE_TEXTS.done('alice-new@example.org')}`,
    ]);
    expect(await userOf('alice')).toMatchObject({
      email: 'alice-new@example.org',
      email_key: 'alice-new@example.org',
      email_verified_at: expect.any(Number),
    });
    expect((await alice.get(paths.store())).status).toBe(200);
  });

  test('works once, also when two press it at once', async () => {
    const bob = await signInProven('bob');
    const link = await ask(bob, 'bob-new@example.org');
    const guests = [app.visitor(), app.visitor()];
    await Promise.all(guests.map((guest) => guest.get(link)));
    const answers = await Promise.all(guests.map((guest) => guest.post(link)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
    expect((await mailsTo(app.context, 'bob@example.org')).length).toBe(1);
    expect((await bob.get(link)).status).toBe(410);
  });

  test('ends links to the old address that reset the password or confirm the address', async () => {
    const { db, clock } = app.context;
    const carol = await signInProven('carol');
    const { id: userId } = await userOf('carol');
    await db.transaction(async (trx) => {
      for (const purpose of ['reset-password', 'verify-email'] as const) {
        await makeLink(trx, clock(), { purpose, userId });
      }
    });
    await change(carol, 'carol@example.org', 'carol-new@example.org');
    const live = await db('account_links').where({ user_id: userId, dead_at: null }).pluck('purpose');
    expect(live.sort()).toEqual(['not-me', 'old-email']);
  });

  test('cannot give an address that another account got meanwhile', async () => {
    const dave = await signInProven('dave');
    const link = await ask(dave, 'erin@example.org');
    await addPerson(app.context, 'erin');
    const answer = await dave.submit(link);
    expect(answer.status).toBe(409);
    expect(textOf(answer.text)).toContain('Another account uses erin@example.org by now');
    expect(await userOf('dave')).toMatchObject({ email: 'dave@example.org' });
    await expectNoFault(app);
  });

  test('cannot give an address that another account gave up and can still take back', async () => {
    const una = await signInProven('una');
    const vera = await signInProven('vera');
    const { id } = await userOf('vera');
    await app.context.db.transaction((trx) =>
      queueNewEmailLink(trx, app.context, { id, username: 'vera' }, 'una@example.org'),
    );
    await change(una, 'una@example.org', 'una-new@example.org');
    expect((await vera.submit(await linkTo('una@example.org', ASKED))).status).toBe(409);
    expect(await userOf('vera')).toMatchObject({
      email: 'vera@example.org',
      email_verified_at: expect.any(Number),
    });
  });

  test('does nothing for an account that was disabled since', async () => {
    const link = await ask(await signInProven('frank'), 'frank-new@example.org');
    await app.context.db('users').where({ username: 'frank' }).update({ disabled_at: 1 });
    expect((await press(link)).status).toBe(410);
    expect(await userOf('frank')).toMatchObject({ email: 'frank@example.org' });
  });

  test('that is made up, cut short, doubled or for another purpose is a friendly page', async () => {
    const gina = await signInProven('gina');
    const undo = await change(gina, 'gina@example.org', 'gina-new@example.org');
    const token = undo.split('/').pop() ?? '';
    const short = undo.slice(0, -1);
    for (const path of [
      short,
      undo + token,
      paths.confirmNewEmail(token),
      paths.undoNewEmail('x'.repeat(9_000)),
    ]) {
      const guest = app.visitor();
      const page = await guest.get(path);
      expect(page.status).toBe(404);
      expect(page.text).not.toContain('gina');
      await guest.get(paths.login());
      expect((await guest.post(path)).status).toBe(404);
    }
    await expectNoFault(app);
  });
});

describe('a change of the address', () => {
  test('is told to both, and in the activity', async () => {
    const helen = await signInProven('helen');
    await change(helen, 'helen@example.org', 'helen-new@example.org');
    const { message } = await lastMailTo(app.context, 'helen@example.org', CHANGED);
    expect(message.paragraphs.join()).toContain('changed from helen@example.org to helen-new@example.org');
    expect(message).toMatchObject({ action: expect.anything(), alarm: expect.anything() });
    const told = await lastMailTo(app.context, 'helen-new@example.org', CHANGED);
    expect(told.message).not.toHaveProperty('action');
    expect(told.message).not.toHaveProperty('alarm');
    expect(textOf((await helen.get(paths.activity())).text)).toContain(
      'The e-mail address was changed from helen@example.org to helen-new@example.org.',
    );
  });

  test('is not told to an address that was never confirmed: it may be a stranger’s', async () => {
    const ines = await signIn(app, 'ines');
    const told = 'We’ll tell your current address, and you can undo the change from there for 7 days.';
    expect(textOf((await ines.get(paths.profile())).text)).toContain(told);
    await unconfirm(app.context, 'ines');
    expect(textOf((await ines.get(paths.profile())).text)).not.toContain(told);
    expect((await ines.submit(await ask(ines, 'ines-new@example.org'))).status).toBe(303);
    expect(await mailsTo(app.context, 'ines@example.org')).toEqual([]);
  });
});

describe('taking a change back', () => {
  test('sets the old address back, ends every session and leads on to a new password', async () => {
    const jack = await signInProven('jack');
    const undo = await change(jack, 'jack@example.org', 'jack-new@example.org');
    const pending = await ask(jack, 'jack-newer@example.org');
    await app.context.db('known_browsers').update({ trusted_until: app.context.clock() + DAY });

    const guest = app.visitor();
    expect((await guest.get(undo)).status).toBe(200);
    expect(await userOf('jack')).toMatchObject({ email: 'jack-new@example.org' });
    const answer = await guest.post(undo);
    expect(answer).toMatchObject({ status: 303, location: paths.forgotPassword() });
    expect(alertsOf((await guest.get(paths.login())).text).join()).toContain('jack@example.org again');

    const { id, ...user } = await userOf('jack');
    expect(user).toMatchObject({ email: 'jack@example.org', email_verified_at: expect.any(Number) });
    expect((await jack.get(paths.store())).location).toBe(paths.login());
    expect((await guest.submit(pending)).status).toBe(410);
    const [browser] = await app.context.db('known_browsers').where({ user_id: id });
    expect(browser.trusted_until).toBeNull();
    const told = await lastMailTo(app.context, 'jack-new@example.org');
    expect(told.message.subject).toBe(OLD_EMAIL_TEXTS.undone.subject);
    expect((await guest.submit(undo)).status).toBe(410);
  });

  test('says so to a member who is logged in, too', async () => {
    const kim = await signInProven('kim');
    const undo = await change(kim, 'kim@example.org', 'kim-new@example.org');
    await kim.submit(undo);
    expect(alertsOf((await kim.get(paths.login())).text).join()).toContain('kim@example.org again');
    expect((await kim.get(paths.store())).location).toBe(paths.login());
    await kim.logIn('kim', PASSWORD);
    expect(textOf((await kim.get(paths.activity())).text)).toContain('it is kim@example.org again');
  });

  test('works for seven days and not longer', async () => {
    const undo = await change(await signInProven('liam'), 'liam@example.org', 'liam-new@example.org');
    const late = await change(await signInProven('mona'), 'mona@example.org', 'mona-new@example.org');
    app.passTime(7 * DAY - 1 * HOUR);
    expect((await press(undo)).status).toBe(303);
    app.passTime(1 * HOUR);
    expect((await app.visitor().get(late)).status).toBe(410);
    expect((await press(late)).status).toBe(410);
    expect(await userOf('mona')).toMatchObject({ email: 'mona-new@example.org' });
  });

  test('goes over several changes in a row, and then leaves the later ones no way in', async () => {
    const nina = await signInProven('nina');
    const first = await change(nina, 'nina@example.org', 'thief-1@example.org');
    const second = await change(nina, 'thief-1@example.org', 'thief-2@example.org');
    expect((await press(first)).status).toBe(303);
    expect(await userOf('nina')).toMatchObject({ email: 'nina@example.org' });
    expect((await press(second)).status).toBe(410);

    const { db, clock } = app.context;
    const thiefsAlarm = await lastMailTo(app.context, 'thief-1@example.org', CHANGED);
    const ownAlarm = await lastMailTo(app.context, 'nina@example.org', CHANGED);
    const stateOf = async (mail: Mail) => {
      const token = alarmPath(mail).split('/').pop() ?? '';
      return (await findLink(db, 'not-me', hashToken(token), clock())).state;
    };
    expect([await stateOf(thiefsAlarm), await stateOf(ownAlarm)]).toEqual(['dead', 'live']);
  });

  test('of a later change leaves the earlier one to be taken back as well', async () => {
    const olga = await signInProven('olga');
    const first = await change(olga, 'olga@example.org', 'olga-2@example.org');
    const second = await change(olga, 'olga-2@example.org', 'olga-3@example.org');
    expect((await press(second)).status).toBe(303);
    expect(await userOf('olga')).toMatchObject({ email: 'olga-2@example.org' });
    expect((await press(first)).status).toBe(303);
    expect(await userOf('olga')).toMatchObject({ email: 'olga@example.org' });
  });

  test('works once, also when two press it at once', async () => {
    const undo = await change(await signInProven('pia'), 'pia@example.org', 'pia-new@example.org');
    const guests = [app.visitor(), app.visitor()];
    await Promise.all(guests.map((guest) => guest.get(undo)));
    const answers = await Promise.all(guests.map((guest) => guest.post(undo)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 410]);
  });

  test('cannot be forestalled by registering the old address, until its time is over', async () => {
    const { context } = app;
    const quentin = await signInProven('quentin');
    const undo = await change(quentin, 'quentin@example.org', 'quentin-new@example.org');
    const claim = { password: PASSWORD, password_confirmation: PASSWORD, email: 'QUENTIN@example.org' };
    const thief = app.visitor();
    expect((await thief.submit(paths.register(), { username: 'thief', ...claim })).status).toBe(422);
    const rosa = await signIn(app, 'rosa');
    expect((await rosa.submit(paths.profile(), { email: claim.email })).status).toBe(422);
    expect((await quentin.submit(paths.profile(), { email: claim.email })).status).toBe(303);
    expect((await press(undo)).status).toBe(303);

    await change(await signInProven('sam'), 'sam@example.org', 'sam-new@example.org');
    app.passTime(7 * DAY);
    await cleanUp(context);
    const late = { username: 'sam.two', ...claim, email: 'sam@example.org' };
    expect((await app.visitor().submit(paths.register(), late)).status).toBe(303);
  });

  test('says so in clear words when another account has the address all the same', async () => {
    const undo = await change(await signInProven('tara'), 'tara@example.org', 'tara-new@example.org');
    await app.context.db('users').where({ username: 'erin' }).update({ email_key: 'tara@example.org' });
    const answer = await press(undo);
    expect(answer.status).toBe(409);
    expect(textOf(answer.text)).toContain('Another account has the address tara@example.org by now');
    expect(await userOf('tara')).toMatchObject({ email: 'tara-new@example.org' });
    await expectNoFault(app);
  });
});

test('with MEMBERSHIP=verified an address that has an account is answered as a new one, and its member reads of it (ASVS 6.3.8)', async () => {
  const shop = await startTestApp({ MEMBERSHIP: 'verified' });
  await addPerson(shop.context, 'olga');
  const views: string[] = [];
  for (const [name, email] of [
    ['pavel', 'olga@example.org'],
    ['pelle', 'nobody@example.org'],
  ] as const) {
    const member = await signIn(shop, name);
    const answer = await member.submit(paths.profile(), { email });
    const page = textOf((await member.follow(answer)).text);
    const again = await member.post(paths.pendingEmail(), { decision: 'resend' });
    const pageAgain = textOf((await member.follow(again)).text);
    const view = [answer.status, page, again.status, pageAgain].join();
    // The second one asks later, perhaps in the next minute.
    const timeless = view.replaceAll(/\d{1,2}:\d{2} [ap]m/g, 'this minute');
    views.push(timeless.replaceAll(email, 'it').replaceAll(name, 'me'));
  }
  expect(views[0]).toBe(views[1]);
  const [mail, ...more] = await mailsTo(shop.context, 'olga@example.org');
  expect(more).toHaveLength(1);
  expect(mail?.message).toMatchObject({
    subject: KNOWN_ADDRESS_TEXTS.subject,
    paragraphs: [expect.stringContaining('asked to use this email address for another account')],
    action: { path: paths.login() },
  });
  await shop.close();
});
