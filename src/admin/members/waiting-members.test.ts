import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findUser, type User } from '../../accounts/users.table.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { approveMember } from '../../members/membership.ts';
import { paths } from '../../paths.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { memberActionOf, OPS } from '../../testing/member-actions.ts';
import { addPerson, PASSWORD, signIn } from '../../testing/people.ts';
import { textOf, type Visitor } from '../../testing/visitor.ts';

let app: TestApp;
let ana: Visitor;
beforeAll(async () => {
  app = await startTestApp({ MEMBERSHIP: 'approval', REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
});
afterAll(() => app.close());

async function addWaiting(name: string): Promise<number> {
  const id = await addPerson(app.context, name);
  await app.context.db('users').where({ id }).update({ approved_at: null });
  return id;
}

test('with nobody waiting the list says what it is for', async () => {
  expect(textOf((await ana.get(paths.admin())).text)).toContain('Members waiting : 0');
  expect(textOf((await ana.get(paths.waitingMembers())).text)).toContain('Nobody is waiting');
});

test('an admin sees who waits and lets them in: at their next request, with a mail, once', async () => {
  const alice = app.visitor();
  await alice.register('alice', PASSWORD);
  await alice.logIn('alice', PASSWORD);
  const { id } = await app.context.db('users').where('username', 'alice').first('id');
  const list = await ana.get(paths.waitingMembers());
  expect(textOf(list.text)).toMatch(
    /alice alice@example\.org not confirmed Waiting since .* UTC Let in alice/,
  );
  expect(list.text).toContain(paths.memberAction(id, 'approval'));
  expect(await approveMember(app.context, OPS, id)).toEqual({ ok: true, username: 'alice' });
  expect((await alice.get(paths.store())).status).toBe(200);
  expect((await lastMailTo(app.context, 'alice@example.org')).message.subject).toBe('You are in');
  const rows = await readAllOf(app.context.db, id);
  expect(rows.at(-1)).toMatchObject({ action: 'account.approved', actorKind: 'operator', subjectId: id });
  expect(await approveMember(app.context, OPS, id)).toEqual({ ok: false, problem: 'unchanged' });
});

test('of two admins who say yes at the same instant one has done it', async () => {
  const id = await addWaiting('bob');
  const action = memberActionOf(await addPerson(app.context, 'ben', 'admin'));
  const outcomes = await Promise.all([1, 2, 3].map(() => approveMember(app.context, action, id)));
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await mailsTo(app.context, 'bob@example.org')).toHaveLength(1);
});

test('a long list has pages, and a page that is not there is the nearest one', async () => {
  for (let index = 10; index < 40; index += 1) await addWaiting(`member-${index}`);
  const first = await ana.get(paths.waitingMembers());
  expect(first.text).toContain('member-10');
  expect(first.text).not.toContain('member-39');
  for (const page of ['2', '99']) {
    expect((await ana.get(`${paths.waitingMembers()}?page=${page}`)).text).toContain('member-39');
  }
  for (const page of ['0', '-1', 'x', '1&page=2', '9'.repeat(400)]) {
    expect((await ana.get(`${paths.waitingMembers()}?page=${page}`)).status).toBe(200);
  }
});

describe('the back office', () => {
  test('is shut to members, whatever they ask for in it (ASVS 8.2.1)', async () => {
    const carol = await signIn(app, 'carol');
    const id = await addWaiting('dora');
    expect((await carol.get(paths.store())).text).not.toContain('Back office');
    for (const path of [paths.admin(), paths.waitingMembers(), `${paths.admin()}/anything`]) {
      expect((await carol.get(path)).status).toBe(403);
    }
    expect((await carol.post(paths.memberAction(id, 'approval'))).status).toBe(403);
    expect((await findUser(app.context.db, id))?.approvedAt).toBeNull();
  });

  test('has a page for moderators, who do not decide on members (ASVS 8.2.1)', async () => {
    const mina = await signIn(app, 'mod-mina', 'moderator');
    const id = await addWaiting('erin');
    expect((await mina.get(paths.store())).text).toContain('Back office');
    const index = await mina.get(paths.admin());
    expect(index.status).toBe(200);
    expect(index.text).not.toContain(paths.waitingMembers());
    expect((await mina.get(paths.waitingMembers())).status).toBe(403);
    const moderator = (await findUser(app.context.db, id)) as User;
    expect(await approveMember(app.context, memberActionOf(moderator.id), id)).toEqual({
      ok: false,
      problem: 'not-allowed',
    });
    expect((await findUser(app.context.db, id))?.approvedAt).toBeNull();
  });
});
