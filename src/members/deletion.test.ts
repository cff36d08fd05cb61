import { afterAll, beforeAll, expect, test } from 'vitest';
import { eraseClosedAccounts } from '../accounts/closure/closure.ts';
import { findUser } from '../accounts/users.table.ts';
import { readAllOf } from '../audit/audit-log.table.ts';
import { paths } from '../paths.ts';
import { DAY, HOUR } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { actionPath, lastMailTo } from '../testing/mailbox.ts';
import { memberActionOf } from '../testing/member-actions.ts';
import { addPerson, PASSWORD, signIn } from '../testing/people.ts';
import { disableMember, enableMember } from './access.ts';
import { createMember } from './creation.ts';
import { approveMember, changeRole, declineMember, deleteMember, restoreMember } from './membership.ts';

let app: TestApp;
let ana: number;
beforeAll(async () => {
  app = await startTestApp({ MEMBERSHIP: 'approval' });
  ana = await addPerson(app.context, 'ana', 'admin');
});
afterAll(() => app.close());

const idOf = async (name: string) => (await app.context.db('users').where('username', name).first('id')).id;
const closingAt = async (id: number) => (await findUser(app.context.db, id))?.closingAt;

/** Somebody closes the account; gives the link to come back by. */
async function close(name: string): Promise<{ id: number; link: string }> {
  const visitor = await signIn(app, name);
  await visitor.submit(paths.closing(), { username: name });
  const link = actionPath(await lastMailTo(app.context, `${name}@example.org`, 'Your account was closed'));
  return { id: await idOf(name), link };
}

/** Opens a mailed link and pushes its button. */
async function press(link: string): Promise<number> {
  const visitor = app.visitor();
  await visitor.get(link);
  await visitor.get(paths.login());
  return (await visitor.post(link)).status;
}

test('who closed the account and was restored has no link left that would do anything, now or later', async () => {
  const { id, link } = await close('alice');
  expect(await restoreMember(app.context, memberActionOf(ana), id)).toEqual({ ok: true, username: 'alice' });
  expect(await press(link)).toBe(410);
  expect((await app.visitor().logIn('alice', PASSWORD)).location).toBe(paths.store());
  await deleteMember(app.context, memberActionOf(ana), id);
  expect(await press(link)).toBe(410);
  expect(await closingAt(id)).toEqual(expect.any(Number));
  await eraseClosedAccounts(app.context);
  expect((await findUser(app.context.db, id))?.username).toBe('alice');
  app.passTime(14 * DAY);
  await eraseClosedAccounts(app.context);
  expect((await findUser(app.context.db, id))?.username).toBe(`erased #${id}`);
  expect(await restoreMember(app.context, memberActionOf(ana), id)).toEqual({
    ok: false,
    problem: 'unknown',
  });
});

test('who is leaving already is not deleted once more: the day stays, and so does the way back', async () => {
  const { id, link } = await close('bob');
  const due = await closingAt(id);
  app.passTime(1 * HOUR);
  expect(await deleteMember(app.context, memberActionOf(ana), id)).toEqual({
    ok: false,
    problem: 'unchanged',
  });
  expect(await closingAt(id)).toBe(due);
  expect(await press(link)).toBe(303);
  expect(await closingAt(id)).toBeNull();
});

test('who is leaving and was disabled meanwhile cannot come back, until enabled: first comes the restoring', async () => {
  const { id, link } = await close('carol');
  await disableMember(app.context, memberActionOf(ana), id);
  expect(await press(link)).toBe(410);
  expect(await enableMember(app.context, memberActionOf(ana), id)).toEqual({
    ok: false,
    problem: 'inactive',
  });
  await restoreMember(app.context, memberActionOf(ana), id);
  expect((await app.visitor().logIn('carol', PASSWORD)).status).toBe(422);
  await enableMember(app.context, memberActionOf(ana), id);
  expect((await app.visitor().logIn('carol', PASSWORD)).location).toBe(paths.store());
});

test('a mailed link to reset the password dies with the deletion, and stays dead after a restoration', async () => {
  const created = await createMember(app.context, memberActionOf(ana), {
    username: 'dora',
    email: 'dora@example.org',
    role: 'user',
  });
  if (!created.ok) throw new Error(created.problem);
  await deleteMember(app.context, memberActionOf(ana), created.userId);
  await restoreMember(app.context, memberActionOf(ana), created.userId);
  expect((await app.visitor().get(created.link)).status).toBe(410);
});

test('who was declined and restored waits again, and can be let in', async () => {
  const id = await addPerson(app.context, 'erin');
  await app.context.db('users').where({ id }).update({ approved_at: null });
  await declineMember(app.context, memberActionOf(ana), id);
  expect(await approveMember(app.context, memberActionOf(ana), id)).toEqual({
    ok: false,
    problem: 'inactive',
  });
  expect(await declineMember(app.context, memberActionOf(ana), id)).toEqual({
    ok: false,
    problem: 'inactive',
  });
  await restoreMember(app.context, memberActionOf(ana), id);
  expect((await findUser(app.context.db, id))?.approvedAt).toBeNull();
  await approveMember(app.context, memberActionOf(ana), id);
  expect((await app.visitor().logIn('erin', PASSWORD)).location).toBe(paths.store());
});

test('of a yes and a no at the same instant one counts', async () => {
  for (let round = 0; round < 3; round += 1) {
    const id = await addPerson(app.context, `fred-${round}`);
    await app.context.db('users').where({ id }).update({ approved_at: null });
    const action = memberActionOf(await addPerson(app.context, `ben-${round}`, 'admin'));
    const [yes, no] = await Promise.all([
      approveMember(app.context, memberActionOf(ana), id),
      declineMember(app.context, action, id),
    ]);
    expect([yes.ok, no.ok].filter(Boolean)).toHaveLength(1);
    const member = await findUser(app.context.db, id);
    expect([member?.approvedAt !== null, member?.closingAt !== null]).toEqual([yes.ok, no.ok]);
    expect(await readAllOf(app.context.db, id)).toHaveLength(1);
  }
});

test('a role among the staff is a yes to who waits: without it they do not wait again', async () => {
  const id = await addPerson(app.context, 'gina');
  await app.context.db('users').where({ id }).update({ approved_at: null });
  await changeRole(app.context, memberActionOf(ana), id, { role: 'moderator' });
  await changeRole(app.context, memberActionOf(ana), id, { role: 'user' });
  const gina = app.visitor();
  await gina.follow(await gina.logIn('gina', PASSWORD));
  expect((await gina.get(paths.store())).status).toBe(200);
});
