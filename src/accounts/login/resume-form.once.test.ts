import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { paths } from '../../paths.ts';
import { HOUR } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { type Answer, alertsOf, textOf, type Visitor } from '../../testing/visitor.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { TEXTS as RESUME_FORM_TEXTS } from './resume-form.page.ts';

let app: TestApp;
let aliceId: number;
let alice: Visitor;
beforeAll(async () => {
  app = await startTestApp();
  aliceId = await addPerson(app.context, 'alice');
});
afterAll(() => app.close());

/** Alice has a form open, and her session ends. */
beforeEach(async () => {
  await app.context.db('users').where('id', aliceId).update({ username: 'alice', username_key: 'alice' });
  alice = app.visitor();
  await alice.follow(await alice.logIn('alice', PASSWORD));
  await alice.get(paths.profile());
  app.passTime(2 * HOUR);
});

const usernameOfAlice = async () => (await app.context.db('users').where('id', aliceId).first()).username;

/** Logs in again. @returns where it leads */
const logInAgain = async (name = 'alice') => (await alice.logIn(name, PASSWORD)).location;

describe('a form that is sent after its session ended', () => {
  const typed = { username: 'alice.b', note: '<b>"hello"</b>' };
  let sent: Answer;
  beforeEach(async () => {
    sent = await alice.post(paths.profile(), typed);
  });

  test('leads to the login page and, after login, asks whether it is still meant', async () => {
    expect([sent.status, sent.location]).toEqual([303, paths.login()]);
    expect(alertsOf((await alice.follow(sent)).text)).toEqual([`warning: Warning: ${DOOR_TEXTS.loginFirst}`]);
    expect(await logInAgain()).toBe(paths.interruptedForm());
    const page = await alice.get(paths.interruptedForm());
    expect(textOf(page.text)).toContain('Username alice.b Note <b>"hello"</b>');
    expect(page.text).not.toContain(typed.note);
    expect(await usernameOfAlice()).toBe('alice');
  });

  test('is carried out when it is sent from there, and is not offered again', async () => {
    await logInAgain();
    const page = await alice.get(paths.interruptedForm());
    const form =
      new RegExp(`<form[^>]+action="${paths.profile()}">(.*?)</form>`, 's').exec(page.text)?.[1] ?? '';
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
    const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, value]));
    expect((await alice.post(paths.profile(), fields)).status).toBe(303);
    expect(await usernameOfAlice()).toBe('alice.b');
    expect((await alice.get(paths.interruptedForm())).location).toBe(paths.store());
  });

  test('is forgotten when its sender no longer wants it', async () => {
    await logInAgain();
    const answer = await alice.submit(paths.interruptedForm(), { decision: 'discard' });
    expect(answer.location).toBe(paths.store());
    expect(alertsOf((await alice.follow(answer)).text)).toContain(
      `info: Information: ${RESUME_FORM_TEXTS.discarded}`,
    );
    expect((await alice.get(paths.interruptedForm())).location).toBe(paths.store());
    expect(await usernameOfAlice()).toBe('alice');
  });
});

test('a secret in it is not kept: the way is back to the form, where the rest stands', async () => {
  const typed = { username: 'alice.b', some_password: 'hush-hush', _csrf: 'old' };
  await alice.post(paths.profile(), typed);
  expect(JSON.stringify(await app.context.db('sessions').select())).not.toMatch(/hush-hush|"old"/);
  await logInAgain();
  const page = await alice.get(paths.interruptedForm());
  expect(textOf(page.text)).toContain('What you typed is kept, but for passwords and codes.');
  expect(page.text).not.toContain('Send it now');
  const answer = await alice.post(paths.interruptedForm(), { decision: 'back' });
  expect(answer.location).toBe(paths.profile());
  expect((await alice.follow(answer)).text).toContain('value="alice.b"');
  expect((await alice.get(paths.interruptedForm())).location).toBe(paths.store());
});

test('a button is not pressed from there: the way is back to its page, which says what it does', async () => {
  await alice.post(paths.endOtherDevices());
  await logInAgain();
  const page = await alice.get(paths.interruptedForm());
  expect(page.text).not.toContain('Send it now');
  const answer = await alice.post(paths.interruptedForm(), { decision: 'back' });
  expect(answer.location).toBe(paths.endOtherDevices());
});

test('is shown to nobody else who logs in with that browser', async () => {
  await addPerson(app.context, 'bob');
  await alice.post(paths.profile(), { username: 'alice.secret' });
  expect(await logInAgain('bob')).toBe(paths.store());
  expect((await alice.get(paths.interruptedForm())).location).toBe(paths.store());
  expect((await alice.get(paths.profile())).text).not.toContain('alice.secret');
});

describe('nothing is kept', () => {
  const typed = { username: 'mallory' };

  test.each([
    ['of a form that another site sent', paths.profile(), typed, { origin: 'https://evil.example' }],
    ['of a cross-site fetch', paths.profile(), typed, { 'sec-fetch-site': 'cross-site' }],
    ['of what a program sent', paths.profile(), typed, { accept: 'application/json' }],
    ['of more than a form', paths.profile(), { username: 'x'.repeat(20_000) }, {}],
    ['of a form whose path leads to another site', '//evil.example/x', typed, {}],
    ['of logging out', paths.logout(), {}, {}],
    ['of a form that says not whose it is', paths.profile(), { ...typed, _member: '' }, {}],
  ] as [string, string, Record<string, string>, Record<string, string>][])(
    '%s',
    async (_what, path, fields, headers) => {
      await alice.post(path, fields, headers);
      expect(await logInAgain()).toBe(paths.store());
      expect((await alice.get(paths.interruptedForm())).location).toBe(paths.store());
    },
  );
});

test('of two forms the one that was sent last comes back', async () => {
  await alice.post(paths.profile(), { username: 'first' });
  await alice.post(paths.profile(), { username: 'second' });
  await logInAgain();
  const page = textOf((await alice.get(paths.interruptedForm())).text);
  expect(page).toContain('second');
  expect(page).not.toContain('first');
});
