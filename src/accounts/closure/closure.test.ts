import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyChain } from '../../audit/audit-chain.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { inTransaction } from '../../database/transaction.ts';
import { deleteExpired } from '../../features/declared-rows.table.ts';
import { enableMember } from '../../members/access.ts';
import { paths } from '../../paths.ts';
import { sessionsFeature } from '../../sessions/feature.ts';
import { DAY, MINUTE } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { setUpApp } from '../../testing/authenticator.ts';
import { actionPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { OPS } from '../../testing/member-actions.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { everyRow } from '../../testing/tables.ts';
import { alertsOf, errorOf, textOf } from '../../testing/visitor.ts';
import { offerUndo } from '../email-change/old-email.ts';
import { activeAdminExists, findUser, type User } from '../users.table.ts';
import { TEXTS as CLOSURE_TEXTS, closeAccount, eraseClosedAccounts } from './closure.ts';

const CLIENT = { address: '192.0.2.1', network: '192.0.2.1', userAgent: '', browserToken: undefined };
const CLOSED = 'Your account was closed';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const find = async (id: number) => (await findUser(app.context.db, id)) as User;
const idOf = async (name: string) => (await app.context.db('users').where('username', name).first('id')).id;

async function close(name: string): Promise<number> {
  const id = await addPerson(app.context, name);
  const outcome = await closeAccount(app.context, await find(id), { username: name }, CLIENT);
  expect(outcome.ok).toBe(true);
  return id;
}

describe('closing', () => {
  test('says what will happen, ends all sessions and lets nobody log in', async () => {
    const alice = await signIn(app, 'alice');
    const phone = app.visitor();
    await phone.logIn('alice', PASSWORD);
    const page = await alice.get(paths.closing());
    expect(textOf(page.text)).toMatch(/Until \d+ \w+ \d{4} it opens the account again/);

    const done = await alice.post(paths.closing(), { username: 'Alice' });
    expect([done.status, done.location]).toEqual([303, paths.login()]);
    expect(alertsOf((await alice.follow(done)).text)[0]).toMatch(/^success: .*It will be erased on \d+/);
    expect((await alice.get(paths.store())).location).toBe(paths.login());
    expect((await phone.get(paths.store())).location).toBe(paths.login());
    const refused = await alice.logIn('alice', PASSWORD);
    expect(alertsOf(refused.text)[0]).toContain('This account was closed.');
  });

  test.each([{}, { username: '' }, { username: 'alice' }, { username: 'x'.repeat(10_000) }])(
    'wants the username typed: %o is refused',
    async (fields) => {
      const name = `bob-${JSON.stringify(fields).length}`;
      const bob = await signIn(app, name);
      const answer = await bob.submit(paths.closing(), fields as Record<string, string>);
      expect(answer.status).toBe(422);
      expect(errorOf(answer.text, 'username')).toBe(`Error: ${CLOSURE_TEXTS.confirm}`);
      expect((await bob.get(paths.store())).status).toBe(200);
    },
  );

  test('wants a recent login (ASVS 7.5.1)', async () => {
    const carol = await signIn(app, 'carol');
    await carol.get(paths.closing());
    app.passTime(6 * MINUTE);
    expect((await carol.post(paths.closing(), { username: 'carol' })).location).toBe(paths.recentLogin());
    expect((await find(await idOf('carol'))).closingAt).toBeNull();
  });

  test('is refused to the last admin, who stays logged in', async () => {
    const ana = await signIn(app, 'ana', 'admin');
    const answer = await ana.submit(paths.closing(), { username: 'ana' });
    expect(answer.status).toBe(422);
    expect(alertsOf(answer.text)[0]).toContain('You are the only administrator');
    expect((await ana.get(paths.store())).status).toBe(200);
  });

  test('of two admins who leave at the same instant one stays', async () => {
    await app.context.db('users').where('role', 'admin').update({ role: 'user' });
    for (let round = 0; round < 4; round += 1) {
      const names = [`ben-${round}`, `dana-${round}`];
      const admins = [];
      for (const name of names) admins.push(await find(await addPerson(app.context, name, 'admin')));
      const outcomes = await Promise.all(
        admins.map((admin) => closeAccount(app.context, admin, { username: admin.username }, CLIENT)),
      );
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
      expect(await activeAdminExists(app.context.db)).toBe(true);
      await app.context.db('users').whereIn('username', names).update({ role: 'user' });
    }
  });

  test('twice at once is closing once', async () => {
    const id = await addPerson(app.context, 'dan');
    const dan = await find(id);
    await Promise.all([1, 2].map(() => closeAccount(app.context, dan, { username: 'dan' }, CLIENT)));
    expect(await mailsTo(app.context, 'dan@example.org')).toHaveLength(1);
  });
});

describe('coming back', () => {
  test('by the mailed link, at the push of a button: the account is as it was', async () => {
    const id = await close('erin');
    const link = actionPath(await lastMailTo(app.context, 'erin@example.org', CLOSED));
    const erin = app.visitor();
    expect(textOf((await erin.get(link)).text)).toContain('erin');
    expect((await find(id)).closingAt).not.toBeNull();
    const done = await erin.post(link);
    expect([done.status, done.location]).toEqual([303, paths.login()]);
    expect((await erin.logIn('erin', PASSWORD)).location).toBe(paths.store());
    const actions = (await readAllOf(app.context.db, id)).map(({ action }) => action);
    expect(actions.slice(0, 2)).toEqual(['account.closing', 'account.came-back']);
    app.passTime(15 * DAY);
    await eraseClosedAccounts(app.context);
    expect((await find(id)).username).toBe('erin');
  });

  test('is too late after 14 days', async () => {
    await close('fred');
    const link = actionPath(await lastMailTo(app.context, 'fred@example.org', CLOSED));
    app.passTime(14 * DAY);
    expect((await app.visitor().get(link)).status).toBe(410);
  });

  test('and erasing at the same instant: one of the two', async () => {
    const id = await close('gina');
    const link = actionPath(await lastMailTo(app.context, 'gina@example.org', CLOSED));
    const gina = app.visitor();
    await gina.get(link);
    // Due by the account, and not yet by the link.
    await app.context.db('users').where({ id }).update({ closing_at: app.context.clock() });
    const [answer] = await Promise.all([gina.post(link), eraseClosedAccounts(app.context)]);
    const { username, disabledAt } = await find(id);
    expect([username, disabledAt === null]).toEqual(
      answer.status === 303 ? ['gina', true] : [`erased #${id}`, false],
    );
  });
});

describe('erasing', () => {
  const NAME = 'hannelore-kramp';
  const HOST = 'hk.example.net';
  let erasedId: number;

  test('comes 14 days after closing, and leaves nothing of the person in any table', async () => {
    const { db } = app.context;
    const id = await addPerson(app.context, NAME);
    erasedId = id;
    await db('users')
      .where({ id })
      .update({ email: `h@${HOST}`, email_key: `h@${HOST}` });
    const visitor = app.visitor();
    await visitor.follow(await visitor.logIn(NAME, PASSWORD));
    await setUpApp(app, visitor);
    const user = await find(id);
    await inTransaction(db, (trx) => offerUndo(trx, app.context.clock(), user));
    await visitor.submit(paths.closing(), { username: NAME });
    await app.visitor().submit(paths.forgotPassword(), { email: `h@${HOST}` });
    expect(matchWords(await everyRow(db), [NAME, HOST])).not.toEqual([]);

    app.passTime(14 * DAY - MINUTE);
    await eraseClosedAccounts(app.context);
    expect((await find(id)).username).toBe(NAME);
    app.passTime(MINUTE);
    await deleteExpired(db, sessionsFeature, app.context.clock());
    await Promise.all([1, 2].map(() => eraseClosedAccounts(app.context)));
    const rows = await everyRow(db);
    expect(matchWords(rows, [NAME, HOST])).toEqual([]);
    for (const [table, all] of rows) {
      expect([table, all.filter((row) => row.user_id === id)]).toEqual([table, []]);
    }

    const left = await db('users').where({ id }).first();
    expect(left).toMatchObject({ email: '', role: 'user', password_hash: '!', closing_at: null });
    expect(left.erased_at).not.toBeNull();
    const audit = await readAllOf(db, id);
    expect(audit.at(-1)).toMatchObject({ action: 'account.erased', actorKind: 'system', subjectId: id });
    expect(audit.filter(({ personal }) => personal !== null)).toHaveLength(1);
    expect(await verifyChain(db)).toMatchObject({ ok: true });
  });

  test('frees the username and the address; what is left cannot log in, register or be enabled', async () => {
    const nobody = `erased #${erasedId}`;
    expect((await app.visitor().register(NAME, PASSWORD)).status).toBe(303);
    expect((await app.visitor().register(nobody, PASSWORD)).status).toBe(422);
    expect((await app.visitor().logIn(nobody, PASSWORD)).status).toBe(422);
    expect((await app.visitor().logIn(nobody, '!')).status).toBe(422);
    const outcome = await enableMember(app.context, OPS, erasedId);
    expect(outcome).toEqual({ ok: false, problem: 'unknown' });
    expect((await readAllOf(app.context.db, erasedId)).at(-1)?.action).toBe('account.erased');
  });

  /** The tables in which one of these words stands, in whatever form the driver gives it. */
  function matchWords(rows: Map<string, unknown[]>, words: string[]): string[] {
    return [...rows]
      .filter(([, all]) => words.some((word) => JSON.stringify(all).toLowerCase().includes(word)))
      .map(([table]) => table);
  }
});
