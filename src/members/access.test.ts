import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEXTS as RESET_LINKS_TEXTS } from '../accounts/password-reset/reset-links.ts';
import { findUser } from '../accounts/users.table.ts';
import { paths } from '../paths.ts';
import { DAY, MINUTE } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { appCode, keyOn, setUpApp } from '../testing/authenticator.ts';
import { actionPath, alarmPath, lastMailTo } from '../testing/mailbox.ts';
import { memberActionOf } from '../testing/member-actions.ts';
import { addPasskey, deviceFor, logInWithPasskey, makeCredential } from '../testing/passkeys.ts';
import { addPerson, PASSWORD, signIn } from '../testing/people.ts';
import { errorOf } from '../testing/visitor.ts';
import { endMemberSessions, removeSecondFactors, startPasswordReset } from './access.ts';
import { createMember } from './creation.ts';

const NEW = 'Oak-bench-under-9-stars!';

let app: TestApp;
let ana: number;
beforeAll(async () => {
  app = await startTestApp();
  ana = await addPerson(app.context, 'ana', 'admin');
});
afterAll(() => app.close());

const idOf = async (name: string) => (await app.context.db('users').where('username', name).first('id')).id;
const factorsOf = async (id: number) => {
  const count = async (table: string) => (await app.context.db(table).where('user_id', id)).length;
  return [await count('authenticator_apps'), await count('passkeys'), await count('recovery_codes')];
};

test('with the second factors go app, passkeys, recovery codes, sessions and trust: the password opens the account', async () => {
  const alice = await signIn(app, 'alice');
  const id = await idOf('alice');
  const device = deviceFor(app);
  await setUpApp(app, alice);
  await addPasskey(alice, device);
  await app.context.db('known_browsers').where('user_id', id).update({ trusted_until: 4_000_000_000_000 });
  expect(await factorsOf(id)).toEqual([1, 1, 10]);

  expect(await removeSecondFactors(app.context, memberActionOf(ana), id)).toEqual({
    ok: true,
    username: 'alice',
  });
  expect(await factorsOf(id)).toEqual([0, 0, 0]);
  expect((await alice.get(paths.store())).location).toBe(paths.login());
  expect((await logInWithPasskey(app.visitor(), device)).location).toBe(paths.login());
  const [browser] = await app.context.db('known_browsers').where('user_id', id);
  expect(browser.trusted_until).toBeNull();
  expect((await app.visitor().logIn('alice', PASSWORD)).location).toBe(paths.store());
});

test('a passkey or an app that is added at that very instant does not stay either', async () => {
  for (const name of ['bob', 'carol', 'dora']) {
    const member = await signIn(app, name);
    const id = await idOf(name);
    await addPasskey(member, deviceFor(app));
    const credential = await makeCredential(member, deviceFor(app));
    const key = keyOn((await member.get(paths.authenticatorApp())).text);
    await Promise.all([
      member.post(paths.passkeys(), { credential }),
      member.post(paths.authenticatorApp(), { code: appCode(app, key) }),
      removeSecondFactors(app.context, memberActionOf(ana), id),
    ]);
    expect(await factorsOf(id)).toEqual([0, 0, 0]);
    expect((await findUser(app.context.db, id))?.twoFactorSince).toBeNull();
  }
});

test('a login that had shown the password and not yet the second factor begins anew', async () => {
  const dan = await signIn(app, 'dan');
  const { key } = await setUpApp(app, dan);
  const half = app.visitor();
  expect((await half.logIn('dan', PASSWORD)).location).toBe(paths.secondFactor());
  await removeSecondFactors(app.context, memberActionOf(ana), await idOf('dan'));
  const answer = await half.submit(paths.secondFactor(), { code: appCode(app, key) });
  expect(answer.location).toBe(paths.login());
  expect((await half.get(paths.store())).location).toBe(paths.login());
});

test('whoever did not ask for it locks the account from the mail, before a thief who talked the store into it gets far', async () => {
  const erin = await signIn(app, 'erin');
  await setUpApp(app, erin);
  const id = await idOf('erin');
  await removeSecondFactors(app.context, memberActionOf(ana, 'lost the phone'), id);
  const mail = await lastMailTo(app.context, 'erin@example.org', 'Your second factors were removed');
  expect(mail.message.alarm).toMatchObject({
    label: 'I did not ask for this',
    text: expect.stringMatching(/^If you did not ask the store for this, say so/),
  });
  const thief = app.visitor();
  await thief.follow(await thief.logIn('erin', PASSWORD));
  const owner = app.visitor();
  expect((await owner.submit(alarmPath(mail))).status).toBe(303);
  expect((await thief.get(paths.store())).location).toBe(paths.login());
  expect((await findUser(app.context.db, id))?.lockedAt).toEqual(expect.any(Number));
});

test('a reset that the store starts changes nothing by itself, works once, and does not skip two-factor (ASVS 6.4.3, 6.4.6)', async () => {
  const fred = await signIn(app, 'fred');
  const { key } = await setUpApp(app, fred);
  const id = await idOf('fred');
  const { passwordChangedAt } = (await findUser(app.context.db, id)) ?? {};
  expect(await startPasswordReset(app.context, memberActionOf(ana), id)).toEqual({
    ok: true,
    username: 'fred',
  });
  expect((await fred.get(paths.store())).status).toBe(200);
  expect((await findUser(app.context.db, id))?.passwordChangedAt).toBe(passwordChangedAt);

  const link = actionPath(await lastMailTo(app.context, 'fred@example.org', RESET_LINKS_TEXTS.subject));
  const reader = app.visitor();
  await reader.follow(await reader.get(link));
  const passwords = { password: NEW, password_confirmation: NEW };
  const refused = await reader.post(paths.resetPassword(), passwords);
  expect([refused.status, errorOf(refused.text, 'code')]).toEqual([422, expect.stringContaining('code')]);
  const done = await reader.post(paths.resetPassword(), { ...passwords, code: appCode(app, key) });
  expect(done.location).toBe(paths.login());
  expect((await fred.get(paths.store())).location).toBe(paths.login());
  expect((await app.visitor().get(link)).status).toBe(410);
});

test('a reset for who has not chosen a password yet is the mail of the new account once more, for 7 days', async () => {
  const created = await createMember(app.context, memberActionOf(ana), {
    username: 'ida',
    email: 'ida@example.org',
    role: 'user',
  });
  if (!created.ok) throw new Error(created.problem);
  expect((await startPasswordReset(app.context, memberActionOf(ana), created.userId)).ok).toBe(true);
  expect((await app.visitor().get(created.link)).status).toBe(410);
  const mail = await lastMailTo(app.context, 'ida@example.org');
  expect(mail.message.subject).toBe('Your account is ready');
  app.passTime(7 * DAY - MINUTE);
  const ida = app.visitor();
  await ida.follow(await ida.get(actionPath(mail)));
  await ida.post(paths.resetPassword(), { password: NEW, password_confirmation: NEW });
  expect((await ida.logIn('ida', NEW)).location).toBe(paths.store());
});

test('a reset that the store starts opens an account that “This wasn’t me” locked', async () => {
  const id = await addPerson(app.context, 'gina');
  await app.context.db('users').where({ id }).update({ locked_at: 1 });
  expect(await startPasswordReset(app.context, memberActionOf(ana), id)).toEqual({
    ok: true,
    username: 'gina',
  });
  const gina = app.visitor();
  await gina.follow(await gina.get(actionPath(await lastMailTo(app.context, 'gina@example.org'))));
  await gina.post(paths.resetPassword(), { password: NEW, password_confirmation: NEW });
  expect((await gina.logIn('gina', NEW)).location).toBe(paths.store());
});

test('logging out everywhere ends every session of the member, and trusted browsers stay trusted (ASVS 7.4.5)', async () => {
  const phone = await signIn(app, 'hana');
  const laptop = app.visitor();
  await laptop.follow(await laptop.logIn('hana', PASSWORD));
  const id = await idOf('hana');
  await app.context.db('known_browsers').where('user_id', id).update({ trusted_until: 4_000_000_000_000 });
  expect(await endMemberSessions(app.context, memberActionOf(ana), id)).toEqual({
    ok: true,
    username: 'hana',
  });
  for (const device of [phone, laptop])
    expect((await device.get(paths.store())).location).toBe(paths.login());
  const trusted = await app.context.db('known_browsers').where('user_id', id).whereNotNull('trusted_until');
  expect(trusted.length).toBeGreaterThan(0);
});
