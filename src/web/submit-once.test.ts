import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { answerResetRequests } from '../accounts/password-reset/reset-requests.ts';
import { TEXTS as VERIFICATION_MAIL_TEXTS } from '../accounts/registration/waiting.page.ts';
import { connect } from '../database/connection.ts';
import { dialectOf } from '../database/dialect.ts';
import { migrate } from '../database/migrations.ts';
import { cleanUp } from '../jobs/jobs.ts';
import { paths } from '../paths.ts';
import { DAY, MINUTE } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { codesOn, setUpApp } from '../testing/authenticator.ts';
import { type EmptyPlace, openEmptyPlace, unheard } from '../testing/database.ts';
import { actionPath, mailsTo } from '../testing/mailbox.ts';
import { addPerson, signIn } from '../testing/people.ts';
import { type Answer, alertsOf, hiddenOf, type Visitor } from '../testing/visitor.ts';
import { takeShown } from './submit-once.ts';

// Two processes of one store: a form may come to either.
let place: EmptyPlace;
let here: TestApp;
let there: TestApp;
beforeAll(async () => {
  place = await openEmptyPlace(inject('databaseUrl'));
  here = await openProcess();
  there = await openProcess();
});
afterAll(async () => {
  await here.close();
  await there.close();
  await place.drop();
});
beforeEach(() => here.context.db('rate_limits').delete());

async function openProcess(): Promise<TestApp> {
  const { address } = place;
  const db = connect(address, unheard);
  await migrate(db);
  // In one process nobody can give way while SQLite waits.
  if (dialectOf(db) === 'sqlite') await db.raw('pragma busy_timeout = 0');
  const settings = { SECRET_KEY: 'k'.repeat(32), REQUIRE_2FA: 'none' };
  return startTestApp(settings, { db, address, drop: async () => undefined });
}

/** The same browser at the other process. */
async function alsoThere(visitor: Visitor, path: string): Promise<Visitor> {
  const other = there.visitor();
  for (const [name, value] of visitor.cookies) other.cookies.set(name, value);
  await other.get(path);
  return other;
}

/** Sends one form four times: twice at once, to both processes, and then once more to each. */
async function sendAgainAndAgain(
  visitor: Visitor,
  path: string,
  fields: Record<string, string>,
  action = path,
): Promise<Answer[]> {
  const form = { ...fields, form_key: hiddenOf((await visitor.get(path)).text, 'form_key') };
  expect(form.form_key).toMatch(/^[\w-]{43}$/);
  const other = await alsoThere(visitor, path);
  const send = (one: Visitor) => one.post(action, form);
  return [...(await Promise.all([send(visitor), send(other)])), await send(visitor), await send(other)];
}

const places = (answers: Answer[]) => [
  ...new Set(answers.map(({ status, location }) => `${status} ${location}`)),
];
const mails = async (name: string) => mailsTo(here.context, `${name}@example.org`);
const idOf = async (name: string): Promise<number> =>
  (await here.context.db('users').where('username', name).first('id')).id;

describe('a form that is sent again, at the same instant or later, to this process or another', () => {
  test('starts one password reset: one mail, whose link works', async () => {
    const ana = await signIn(here, 'ana', 'admin');
    const bob = await addPerson(here.context, 'bob');
    const path = paths.memberAction(bob, 'password-reset');
    const answers = await sendAgainAndAgain(ana, path, { reason: 'forgot it' });
    expect(places(answers)).toEqual([`303 ${paths.adminMember(bob)}`]);
    const screen = await ana.follow(answers[0] as Answer);
    expect(alertsOf(screen.text)).toEqual([
      'success: Success: A link to choose a new password was mailed to bob.',
    ]);
    const [mail, ...more] = await mails('bob');
    expect(more).toEqual([]);
    const reader = here.visitor();
    expect((await reader.get(actionPath(mail as NonNullable<typeof mail>))).location).toBe(
      paths.resetPassword(),
    );
    // Another reason is another form.
    await ana.submit(path, { reason: 'forgot it again' });
    expect(await mails('bob')).toHaveLength(2);
  });

  test('makes one account, and says so each time', async () => {
    const eve = await signIn(here, 'adm-eve', 'admin');
    const fields = { username: 'carol', email: 'carol@example.org', role: 'user', reason: 'joined' };
    const answers = await sendAgainAndAgain(eve, paths.newMember(), fields);
    expect(places(answers)).toEqual([`303 ${paths.adminMember(await idOf('carol'))}`]);
    expect(await mails('carol')).toHaveLength(1);
    const stored = JSON.stringify(await here.context.db('submitted_forms').select());
    expect(stored).toContain('carol');
    expect(stored).not.toContain('/reset-password/');
  });

  test('changes a profile once, and reports no change by somebody else', async () => {
    const fay = await signIn(here, 'adm-fay', 'admin');
    const gus = await addPerson(here.context, 'gus');
    const shown = { shown_username: 'gus', shown_email: 'gus@example.org' };
    const fields = { ...shown, username: 'gus', email: 'gustav@example.org', reason: 'asked for' };
    const answers = await sendAgainAndAgain(fay, paths.memberProfile(gus), fields);
    expect(places(answers)).toEqual([`303 ${paths.adminMember(gus)}`]);
    expect(await mails('gustav')).toHaveLength(1);
  });

  test('mails one link to confirm an address, and one to reset a password', async () => {
    const dan = here.visitor();
    await dan.register('dan', 'Lantern-over-7-gates!');
    await dan.logIn('dan', 'Lantern-over-7-gates!');
    await here.context.db('outbox').delete();
    const resent = await sendAgainAndAgain(dan, paths.account(), {}, paths.verificationMail());
    expect(places(resent)).toEqual([`303 ${paths.account()}`]);
    expect(await mails('dan')).toHaveLength(1);

    await here.context.db('rate_limits').delete();
    await here.context.db('outbox').delete();
    const guest = here.visitor();
    const asked = await sendAgainAndAgain(guest, paths.forgotPassword(), { email: 'dan@example.org' });
    expect(places(asked)).toEqual([`303 ${paths.login()}`]);
    await answerResetRequests(here.context);
    expect(await mails('dan')).toHaveLength(1);
  });

  test('takes one of the mails that there are in an hour', async () => {
    const len = here.visitor();
    await len.register('len', 'Lantern-over-7-gates!');
    await len.logIn('len', 'Lantern-over-7-gates!');
    await here.context.db('outbox').delete();
    for (const mail of [1, 2, 3]) {
      const form = { form_key: hiddenOf((await len.get(paths.account())).text, 'form_key') };
      for (const _time of ['first', 'again']) {
        const answer = await len.post(paths.verificationMail(), form);
        expect(alertsOf((await len.follow(answer)).text)).toContain(
          `success: Success: ${VERIFICATION_MAIL_TEXTS.sent('len@example.org')}`,
        );
      }
      expect(await mails('len')).toHaveLength(mail);
    }

    await here.context.db('outbox').delete();
    const guest = here.visitor();
    for (const mail of [1, 2, 3]) {
      const form_key = hiddenOf((await guest.get(paths.forgotPassword())).text, 'form_key');
      for (const _time of ['first', 'again'])
        await guest.post(paths.forgotPassword(), { email: 'len@example.org', form_key });
      await answerResetRequests(here.context);
      expect(await mails('len')).toHaveLength(mail);
    }
  });

  test('makes one token, which is shown once', async () => {
    const hal = await signIn(here, 'hal');
    const fields = { name: 'backup', scopes: 'profile:read', days: '7' };
    const answers = await sendAgainAndAgain(hal, paths.personalTokens(), fields);
    const [place, ...others] = places(answers);
    expect([place, others]).toEqual([expect.stringMatching(/^303 \/account\/programs\/tokens\/\w{64}$/), []]);
    expect(await here.context.db('personal_access_tokens').where('user_id', await idOf('hal'))).toHaveLength(
      1,
    );
    const [{ location = '' } = {}] = answers;
    const other = await alsoThere(hal, paths.apiClients());
    const shown = await Promise.all([hal.get(location), other.get(location)]);
    expect(shown.map(({ status }) => status).sort()).toEqual([200, 303]);
  });

  test('makes one set of recovery codes, which is shown once', async () => {
    const ida = await signIn(here, 'ida');
    await setUpApp(here, ida);
    const seen = hiddenOf((await ida.get(paths.recoveryCodes())).text, 'seen_codes');
    const answers = await sendAgainAndAgain(ida, paths.recoveryCodes(), { seen_codes: seen });
    expect(places(answers)).toHaveLength(1);
    const [answer] = answers as [Answer];
    expect(codesOn((await ida.follow(answer)).text)).toHaveLength(10);
    const reload = await ida.follow(answer);
    expect(reload.location).toBe(paths.recoveryCodes());
    expect(alertsOf((await ida.follow(reload)).text).at(-1)).toContain('New codes are shown only once.');
  });
});

describe('a form', () => {
  test('that was refused can be sent again', async () => {
    const joe = await signIn(here, 'joe');
    const form_key = hiddenOf((await joe.get(paths.personalTokens())).text, 'form_key');
    const send = (scopes: string) =>
      joe.post(paths.personalTokens(), { name: 'x', scopes, days: '7', form_key });
    expect((await send('none')).status).toBe(422);
    expect(await here.context.db('submitted_forms').where('user_id', await idOf('joe'))).toEqual([]);
    expect((await send('profile:read')).status).toBe(303);
  });

  test('is known again for a day, and what it left to be shown for ten minutes, to its member alone', async () => {
    const make = async (visitor: Visitor) =>
      (await visitor.submit(paths.personalTokens(), { name: 'x', scopes: 'profile:read', days: '7' }))
        .location;
    const kim = await signIn(here, 'kim');
    const id = await idOf('kim');
    const rows = () => here.context.db('submitted_forms').where('user_id', id);
    const mallory = await signIn(here, 'mallory', 'admin');
    const first = await make(kim);
    expect((await mallory.get(first)).location).toBe(paths.apiClients());
    expect((await kim.get(first)).status).toBe(200);

    const late = await make(kim);
    here.passTime(10 * MINUTE);
    expect(await takeShown(here.context, id, late.split('/').at(-1) ?? '')).toBeUndefined();
    await cleanUp(here.context);
    expect((await rows()).map(({ encrypted }) => encrypted)).toEqual([null, null]);
    here.passTime(DAY);
    await cleanUp(here.context);
    expect(await rows()).toEqual([]);
  });
});
