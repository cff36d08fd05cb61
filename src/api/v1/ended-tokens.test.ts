import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logInClient } from '../../accounts/api-tokens/client-login.ts';
import { queueResetLink, TEXTS as RESET_LINKS_TEXTS } from '../../accounts/password-reset/reset-links.ts';
import { findUser, type User, updateUser } from '../../accounts/users.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { disableMember, enableMember, endMemberSessions, removeSecondFactors } from '../../members/access.ts';
import { changeRole, deleteMember, restoreMember } from '../../members/membership.ts';
import { paths } from '../../paths.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { appCode, setUpApp } from '../../testing/authenticator.ts';
import { actionPath, alarmPath, lastMailTo } from '../../testing/mailbox.ts';
import { memberActionOf } from '../../testing/member-actions.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { addPersonalToken } from '../../testing/tokens.ts';
import type { Visitor } from '../../testing/visitor.ts';

const NEW = 'Oak-bench-under-9-stars!';
const NEW_FORM = { password: NEW, password_confirmation: NEW };

let app: TestApp;
let ana: number;
let people = 0;
beforeAll(async () => {
  app = await startTestApp();
  ana = await addPerson(app.context, 'ana', 'admin');
});
afterAll(() => app.close());

interface Someone {
  id: number;
  name: string;
  email: string;
  /** Where they are logged in as people are. */
  browser: Visitor;
  program: ApiClient;
  refreshToken: string;
  personal: string;
}

/** A new member in a browser and a program, with a personal access token. */
async function someone(): Promise<Someone> {
  people += 1;
  const name = `alice-${people}`;
  const id = await addPerson(app.context, name);
  await app.context.db('users').where({ id }).update({ email_verified_at: app.context.clock() });
  const browser = app.visitor();
  await browser.follow(await browser.logIn(name, PASSWORD));
  const program = new ApiClient(app.url);
  const { json } = await program.logIn(name, PASSWORD);
  const personal = await addPersonalToken(app.context, id);
  return {
    id,
    name,
    email: `${name}@example.org`,
    browser,
    program,
    refreshToken: json.refresh_token,
    personal,
  };
}

/** What the store says to a member's access token, to the refresh token, and to the personal token. */
async function answersTo({ program, refreshToken, personal }: Someone): Promise<number[]> {
  return [
    (await program.get('/me')).status,
    (await program.post('/refresh', { refresh_token: refreshToken })).status,
    (await program.get('/me', { token: personal })).status,
  ];
}

const action = () => memberActionOf(ana);
const reset = async ({ id, email }: Someone) => {
  const user = (await findUser(app.context.db, id)) as User;
  const client = { createdAt: app.context.clock(), address: '192.0.2.1', userAgent: '' };
  await inTransaction(app.context.db, (trx) =>
    queueResetLink(trx, app.context, user, { kind: 'asked', ...client }),
  );
  const visitor = app.visitor();
  await visitor.follow(
    await visitor.get(actionPath(await lastMailTo(app.context, email, RESET_LINKS_TEXTS.subject))),
  );
  await visitor.post(paths.resetPassword(), NEW_FORM);
};
const changePassword = ({ browser }: Someone) =>
  browser.submit(paths.password(), { current_password: PASSWORD, ...NEW_FORM });
/** Changes the address; the mail to the old one leads to the way back. */
const changeEmail = async ({ browser, name }: Someone) => {
  const to = `${name}@example.net`;
  await browser.submit(paths.profile(), { email: to });
  await browser.submit(actionPath(await lastMailTo(app.context, to)));
};

describe('access tokens, refresh tokens and personal tokens', () => {
  const ALIVE = [200, 200, 200];
  const ENDED = [401, 401, 200];
  const GONE = [401, 401, 401];

  /** Of somebody to whom none of this happens. */
  let bystander: ApiClient;

  test('work until something ends them', async () => {
    const member = await someone();
    expect(await answersTo(member)).toEqual(ALIVE);
    bystander = member.program;
  });

  test.each<[string, number[], (member: Someone) => Promise<unknown>]>([
    ['the program logs out (ASVS 7.4.1)', ENDED, ({ program }) => program.post('/logout')],
    [
      'any program logs all out',
      ENDED,
      async ({ name }) => {
        const other = new ApiClient(app.url);
        await other.logIn(name, PASSWORD);
        expect((await other.post('/logout-all')).status).toBe(204);
      },
    ],
    [
      'the member logs out all other devices',
      ENDED,
      ({ browser }) => browser.submit(paths.endOtherDevices()),
    ],
    ['the member changes the password (ASVS 7.4.3)', ENDED, changePassword],
    ['the member adds a second factor (ASVS 7.4.3)', ENDED, ({ browser }) => setUpApp(app, browser)],
    [
      'an admin logs the member out everywhere (ASVS 7.4.5)',
      ENDED,
      ({ id }) => endMemberSessions(app.context, action(), id),
    ],
    ['the password is reset', GONE, reset],
    ['the account is disabled (ASVS 7.4.2)', GONE, ({ id }) => disableMember(app.context, action(), id)],
    ['the account is deleted (ASVS 7.4.2)', GONE, ({ id }) => deleteMember(app.context, action(), id)],
    [
      'the member closes the account',
      GONE,
      ({ browser, name }) => browser.submit(paths.closing(), { username: name }),
    ],
    [
      'an admin removes the second factors',
      GONE,
      async ({ id, browser }) => {
        await setUpApp(app, browser);
        await removeSecondFactors(app.context, action(), id);
      },
    ],
    [
      'the member says that it was somebody else',
      GONE,
      async (member) => {
        await changePassword(member);
        await app.visitor().submit(alarmPath(await lastMailTo(app.context, member.email)));
      },
    ],
    [
      'a change of the address is taken back',
      GONE,
      async (member) => {
        await changeEmail(member);
        expect(await answersTo(member)).toEqual(ALIVE);
        await app.visitor().submit(actionPath(await lastMailTo(app.context, member.email)));
      },
    ],
  ])('when %s answer with %j', async (_name, expected, happen) => {
    const member = await someone();
    await happen(member);
    expect(await answersTo(member)).toEqual(expected);
    expect((await bystander.get('/me')).status).toBe(200);
  });

  test('that a member made are good again when the account is opened again; programs log in anew', async () => {
    const [disabled, deleted] = [await someone(), await someone()];
    await disableMember(app.context, action(), disabled.id);
    await enableMember(app.context, action(), disabled.id);
    await deleteMember(app.context, action(), deleted.id);
    await restoreMember(app.context, action(), deleted.id);
    for (const member of [disabled, deleted]) expect(await answersTo(member)).toEqual(ENDED);
  });

  test('that "This wasn’t me" removed do not come back with the account', async () => {
    const member = await someone();
    await changePassword(member);
    await app.visitor().submit(alarmPath(await lastMailTo(app.context, member.email)));
    await inTransaction(app.context.db, (trx) => updateUser(trx, member.id, { lockedAt: null }));
    expect(await answersTo(member)).toEqual(GONE);
  });
});

test('a logout is of one program alone', async () => {
  const { name, program } = await someone();
  const other = new ApiClient(app.url);
  await other.logIn(name, PASSWORD);
  expect((await program.post('/logout')).status).toBe(204);
  expect((await program.post('/logout')).status).toBe(401);
  expect((await other.get('/me')).status).toBe(200);
});

test('two logouts at the same instant are one', async () => {
  const { program } = await someone();
  const answers = await Promise.all([1, 2].map(() => program.post('/logout')));
  for (const { status } of answers) expect([204, 401]).toContain(status);
  expect(answers.map(({ status }) => status)).toContain(204);
});

test('of a program that logs out while it refreshes nothing is left', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { id, program, refreshToken } = await someone();
    const [next] = await Promise.all([
      program.post('/refresh', { refresh_token: refreshToken }),
      program.post('/logout'),
    ]);
    expect([200, 401]).toContain(next.status);
    expect((await program.get('/me', { token: next.json.access_token })).status).toBe(401);
    expect(await app.context.db('token_families').where('user_id', id)).toEqual([]);
  }
});

test('a change of the role counts at once, also for tokens made before', async () => {
  const { id, program, personal } = await someone();
  const rolesOf = async () =>
    Promise.all([program.get('/me'), program.get('/me', { token: personal })]).then((answers) =>
      answers.map(({ json }) => json.role),
    );
  await changeRole(app.context, action(), id, { role: 'moderator' });
  expect(await rolesOf()).toEqual(['moderator', 'moderator']);
  await changeRole(app.context, action(), id, { role: 'user' });
  expect(await rolesOf()).toEqual(['user', 'user']);
});

test('an admin logs out who is logged in with a program alone, and once', async () => {
  const { id, name, browser } = await someone();
  await browser.submit(paths.logout());
  expect(await endMemberSessions(app.context, action(), id)).toEqual({ ok: true, username: name });
  expect(await endMemberSessions(app.context, action(), id)).toMatchObject({ problem: 'unchanged' });
});

describe('a login that is on its way', () => {
  const client = { address: '192.0.2.7', network: '192.0.2.7', userAgent: 'curl/8', browserToken: undefined };

  /** A login during which something happens, right after the password was looked at. */
  function logInWhile(name: string, happens: () => Promise<void>) {
    const { hasher } = app.context;
    const verify: typeof hasher.verify = async (...input) => {
      const matches = await hasher.verify(...input);
      await happens();
      return matches;
    };
    const context = { ...app.context, hasher: { ...hasher, verify } };
    return logInClient(context, { username: name, password: PASSWORD }, client);
  }

  test.each([
    ['the password changes', 'wrong', { passwordChangedAt: 1 }],
    ['the account is locked', 'locked', { lockedAt: 1 }],
    ['two-factor is turned on', 'second-factor-required', { twoFactorSince: 1 }],
  ])('while %s opens nothing', async (_name, problem, change) => {
    const { id, name } = await someone();
    await app.context.db('token_families').where('user_id', id).delete();
    const login = await logInWhile(name, () =>
      inTransaction(app.context.db, (trx) => updateUser(trx, id, change)),
    );
    expect(login).toMatchObject({ ok: false, problem });
    expect(await app.context.db('token_families').where('user_id', id)).toEqual([]);
  });

  test('and was written a moment too late does not count either: it is of the password before', async () => {
    const member = await someone();
    await inTransaction(app.context.db, (trx) => updateUser(trx, member.id, { passwordChangedAt: 1 }));
    expect(await answersTo(member)).toEqual([401, 401, 200]);
  });
});

test('with two-factor on a program needs a code, which counts once', async () => {
  const { name, browser } = await someone();
  const { key } = await setUpApp(app, browser);
  const program = new ApiClient(app.url);
  const logIn = (code?: string) => program.post('/login', { username: name, password: PASSWORD, code });
  expect((await logIn()).json.type).toBe(`${paths.apiDocs()}#second-factor-required`);
  expect((await logIn('000000')).json.type).toBe(`${paths.apiDocs()}#invalid-code`);
  const code = appCode(app, key);
  expect((await logIn(code)).status).toBe(200);
  expect((await logIn(code)).status).toBe(401);
});
