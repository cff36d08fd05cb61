import { afterAll, beforeAll, expect, test } from 'vitest';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { deleteMember } from '../../members/membership.ts';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { setUpApp } from '../../testing/authenticator.ts';
import { actionPath, alarmPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { OPS } from '../../testing/member-actions.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { alertsOf, errorOf, textOf } from '../../testing/visitor.ts';
import { insertPasskey } from '../credentials/passkeys.table.ts';
import { turnOn } from '../credentials/second-factors.ts';
import { TEXTS as NEW_EMAIL_TEXTS } from '../email-change/new-email.ts';
import { offerUndo } from '../email-change/old-email.ts';
import { type AccountEvent, recordAccountEvent } from '../events/account-events.ts';
import { makeLink } from '../links.ts';
import { changeEmail, findUser, type User } from '../users.table.ts';
import { TEXTS as NOT_ME_TEXTS } from './not-me.page.ts';
import { TEXTS as RESET_LINKS_TEXTS } from './reset-links.ts';

const NEW = 'Oak-bench-under-9-stars!';
const RESET = RESET_LINKS_TEXTS.subject;

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const find = async (id: number) => (await findUser(app.context.db, id)) as User;

/** Something happens to an account; gives the "This wasn't me" of its notice. */
async function notice(id: number, event: Partial<AccountEvent> = {}): Promise<string> {
  const user = await find(id);
  await inTransaction(app.context.db, (trx) =>
    recordAccountEvent(trx, app.context, { action: 'password.changed', user, ...event }),
  );
  return alarmPath(await lastMailTo(app.context, user.email));
}

test('says what will happen, and does it at the push of the button: all ends, the account is locked, and its owner gets back in', async () => {
  const id = await addPerson(app.context, 'alice');
  const thief = app.visitor();
  await thief.logIn('alice', PASSWORD);
  const link = await notice(id);
  const alice = app.visitor();
  const page = await alice.get(link);
  expect(textOf(page.text)).toContain('Every session is ended, on every device');
  expect((await thief.get(paths.store())).status).toBe(200);

  const done = await alice.post(link);
  expect([done.status, done.location]).toEqual([303, paths.login()]);
  expect(alertsOf((await alice.follow(done)).text)[0]).toContain('Look into your mailbox');
  expect((await thief.get(paths.store())).location).toBe(paths.login());
  expect(await app.context.db('known_browsers').where('user_id', id)).toEqual([]);
  const locked = await thief.logIn('alice', PASSWORD);
  expect(alertsOf(locked.text)[0]).toContain('This account is locked');

  await alice.follow(await alice.get(actionPath(await lastMailTo(app.context, 'alice@example.org', RESET))));
  await alice.post(paths.resetPassword(), { password: NEW, password_confirmation: NEW });
  expect((await alice.logIn('alice', NEW)).location).toBe(paths.store());
  const actions = (await readAllOf(app.context.db, id)).map(({ action }) => action);
  expect(actions).toEqual(expect.arrayContaining(['account.reported', 'password.reset']));
});

test('works for the member in person, who reads it logged out; once, also when sent twice at once', async () => {
  const id = await addPerson(app.context, 'bob');
  const link = await notice(id);
  const bob = app.visitor();
  await bob.logIn('bob', PASSWORD);
  await bob.get(link);
  const answers = await Promise.all([bob.post(link), bob.post(link)]);
  expect(answers.map(({ status }) => status).sort()).toContain(303);
  const mails = await mailsTo(app.context, 'bob@example.org');
  expect(mails.filter(({ message }) => message.subject === RESET)).toHaveLength(1);
  expect((await bob.get(paths.account())).location).toBe(paths.login());
});

test('leaves who is logged in to another account where they are', async () => {
  const link = await notice(await addPerson(app.context, 'carol'));
  await addPerson(app.context, 'dan');
  const dan = app.visitor();
  await dan.logIn('dan', PASSWORD);
  const done = await dan.submit(link);
  expect(done.status).toBe(303);
  expect((await dan.get(paths.store())).status).toBe(200);
});

test('ends a new address that waits for its proof', async () => {
  const id = await addPerson(app.context, 'erin');
  const data = { email: 'thief@example.org' };
  await inTransaction(app.context.db, (trx) =>
    makeLink(trx, app.context.clock(), { purpose: 'new-email', userId: id, data }),
  );
  await app.visitor().submit(await notice(id));
  const live = await app.context
    .db('account_links')
    .where({ user_id: id, purpose: 'new-email', dead_at: null });
  expect(live).toEqual([]);
});

test('removes the passkey that the notice tells of, and no other; two-factor is off with the last', async () => {
  const id = await addPerson(app.context, 'fred');
  const add = async (credentialId: string) => {
    const user = await find(id);
    return inTransaction(app.context.db, async (trx) => {
      const passkey = await insertPasskey(trx, {
        userId: id,
        credentialId,
        publicKey: 'key',
        userHandle: 'handle',
        counter: 0,
        transports: [],
        backedUp: false,
        name: credentialId,
        createdAt: 1,
      });
      await turnOn(trx, app.context, user);
      return passkey as number;
    });
  };
  const passkeys = () => app.context.db('passkeys').where('user_id', id).pluck('name');
  const first = await add('first');
  const second = await add('second');
  const added = (passkeyId: number, name: string) =>
    notice(id, { action: 'passkey.added', details: { name }, undo: { passkeyId } });
  const alice = await app.context.db('users').where('username', 'alice').first('id');
  const foreign = await notice(alice.id, {
    action: 'passkey.added',
    details: { name: '?' },
    undo: { passkeyId: first },
  });
  await app.visitor().submit(foreign);
  expect(await passkeys()).toEqual(['first', 'second']);

  const visitor = app.visitor();
  const link = await added(second, 'second');
  expect((await visitor.get(link)).text).toContain(NOT_ME_TEXTS.takenBack.passkey);
  await visitor.post(link);
  expect(await passkeys()).toEqual(['first']);
  expect((await find(id)).twoFactorSince).not.toBeNull();
  await app.visitor().submit(await added(first, 'first'));
  expect(await passkeys()).toEqual([]);
  expect((await find(id)).twoFactorSince).toBeNull();
});

test('removes the authenticator app that a thief added, so that the reset asks for no code of it', async () => {
  const id = await addPerson(app.context, 'gina');
  const thief = app.visitor();
  await thief.follow(await thief.logIn('gina', PASSWORD));
  await setUpApp(app, thief);
  const visitor = app.visitor();
  const link = alarmPath(await lastMailTo(app.context, 'gina@example.org', 'An authenticator app was added'));
  expect((await visitor.get(link)).text).toContain(NOT_ME_TEXTS.takenBack.app);
  await visitor.post(link);
  expect((await find(id)).twoFactorSince).toBeNull();
  expect(await app.context.db('recovery_codes').where('user_id', id)).toEqual([]);
  await visitor.follow(
    await visitor.get(actionPath(await lastMailTo(app.context, 'gina@example.org', RESET))),
  );
  const done = await visitor.post(paths.resetPassword(), { password: NEW, password_confirmation: NEW });
  expect(done.status).toBe(303);
});

test('removes no factor after three days: who reads nothing but the mail does not get round it (ASVS 6.4.3)', async () => {
  const id = await addPerson(app.context, 'iris');
  const iris = app.visitor();
  await iris.follow(await iris.logIn('iris', PASSWORD));
  await setUpApp(app, iris);
  const link = alarmPath(await lastMailTo(app.context, 'iris@example.org', 'An authenticator app was added'));
  app.passTime(3 * DAY + 1);
  const reader = app.visitor();
  expect((await reader.get(link)).text).not.toContain(NOT_ME_TEXTS.takenBack.app);
  await reader.post(link);
  expect((await find(id)).twoFactorSince).not.toBeNull();
  await reader.follow(await reader.get(actionPath(await lastMailTo(app.context, 'iris@example.org', RESET))));
  const refused = await reader.post(paths.resetPassword(), { password: NEW, password_confirmation: NEW });
  expect([refused.status, errorOf(refused.text, 'code')]).toEqual([422, expect.stringContaining('code')]);
});

test('opens an account again that a thief closed', async () => {
  const id = await addPerson(app.context, 'hana');
  const link = await notice(id);
  const thief = app.visitor();
  await thief.follow(await thief.logIn('hana', PASSWORD));
  await thief.submit(paths.closing(), { username: 'hana' });
  expect((await find(id)).closingAt).not.toBeNull();
  await app.visitor().submit(link);
  expect(await find(id)).toMatchObject({ closingAt: null, lockedAt: expect.any(Number) });
  await lastMailTo(app.context, 'hana@example.org', RESET);
});

test('opens no account that the store deleted: not from an old mail, nor from one that came since', async () => {
  const id = await addPerson(app.context, 'luca');
  await addPerson(app.context, 'ana', 'admin');
  const old = await notice(id);
  await deleteMember(app.context, OPS, id);
  const since = await notice(id, { action: 'login.slowed', actor: { kind: 'guest' } });
  for (const link of [old, since]) {
    const reader = app.visitor();
    expect((await reader.get(link)).status).toBe(410);
    await reader.get(paths.login());
    expect((await reader.post(link)).status).toBe(410);
  }
  expect(await find(id)).toMatchObject({ closingAt: expect.any(Number), lockedAt: null });
  expect((await readAllOf(app.context.db, id)).map(({ action }) => action)).not.toContain('account.reported');
});

test.each([
  ['ida', 6, 'ida@example.org'],
  ['jim', 8, 'thief-of-jim@example.org'],
])('of %s, %i days after the address was changed, helps who reads %s', async (name, days, helped) => {
  const id = await addPerson(app.context, name);
  const link = await notice(id);
  const user = await find(id);
  await inTransaction(app.context.db, async (trx) => {
    await offerUndo(trx, app.context.clock(), user);
    await changeEmail(trx, id, `thief-of-${name}@example.org`, app.context.clock());
  });
  app.passTime(days * DAY);
  await app.visitor().submit(link);
  expect((await find(id)).email).toBe(helped);
  for (const address of [`${name}@example.org`, `thief-of-${name}@example.org`]) {
    const resets = (await mailsTo(app.context, address)).filter(({ message }) => message.subject === RESET);
    expect(resets).toHaveLength(address === helped ? 1 : 0);
  }
});

test('gives the account back from a thief who changed the address and then added a factor, which only the thief was told of', async () => {
  const id = await addPerson(app.context, 'kate');
  await app.context.db('users').where({ id }).update({ email_verified_at: app.context.clock() });
  const thief = app.visitor();
  await thief.follow(await thief.logIn('kate', PASSWORD));
  await thief.submit(paths.profile(), { email: 'thief@example.net' });
  await thief.submit(actionPath(await lastMailTo(app.context, 'thief@example.net')));
  await setUpApp(app, thief);

  const kate = app.visitor();
  const link = alarmPath(await lastMailTo(app.context, 'kate@example.org', NEW_EMAIL_TEXTS.changed.subject));
  expect((await kate.get(link)).text).toContain('The address of the account becomes kate@example.org again.');
  await kate.post(link);
  expect(await find(id)).toMatchObject({ email: 'kate@example.org', twoFactorSince: null });
  await kate.follow(await kate.get(actionPath(await lastMailTo(app.context, 'kate@example.org', RESET))));
  const done = await kate.post(paths.resetPassword(), { password: NEW, password_confirmation: NEW });
  expect([done.status, done.location]).toEqual([303, paths.login()]);
});
