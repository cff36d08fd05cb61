import { afterAll, beforeAll, expect, test } from 'vitest';
import { findUser } from '../accounts/users.table.ts';
import { readAllOf } from '../audit/audit-log.table.ts';
import { paths } from '../paths.ts';
import type { Role } from '../permissions.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { lastMailTo } from '../testing/mailbox.ts';
import { memberActionOf, OPS } from '../testing/member-actions.ts';
import { addPerson, signIn } from '../testing/people.ts';
import { changeRole } from './membership.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const change = (adminId: number, userId: number, role: Role) =>
  changeRole(app.context, memberActionOf(adminId), userId, { role });
const roleOf = async (id: number) => (await findUser(app.context.db, id))?.role;

test('counts at the member’s next request, is told by mail and written down (ASVS 8.3.2)', async () => {
  const ana = await addPerson(app.context, 'ana', 'admin');
  const mina = await signIn(app, 'mina');
  const minaId = (await app.context.db('users').where('username', 'mina').first('id')).id;
  expect((await mina.get(paths.store())).text).not.toContain('moderator');
  expect(await change(ana, minaId, 'moderator')).toEqual({ ok: true, username: 'mina' });
  expect((await mina.get(paths.store())).text).toContain('moderator');

  const { message } = await lastMailTo(app.context, 'mina@example.org');
  expect(message.subject).toBe('Your role was changed');
  expect(message.paragraphs.join()).toContain('from user to moderator');
  const row = (await readAllOf(app.context.db, minaId)).at(-1);
  expect(row).toMatchObject({ action: 'role.changed', actorId: ana, subjectId: minaId });
  expect(JSON.parse(row?.personal ?? '').details).toEqual({
    from: 'user',
    to: 'moderator',
    reason: memberActionOf(ana).reason,
  });
});

test('is refused to who is no admin, on one’s own account, and for who is not there', async () => {
  const alice = await addPerson(app.context, 'alice');
  const ben = await addPerson(app.context, 'ben', 'admin');
  expect(await change(alice, ben, 'user')).toEqual({ ok: false, problem: 'not-allowed' });
  expect(await change(ben, ben, 'user')).toEqual({ ok: false, problem: 'own-account' });
  expect(await change(ben, 999_999, 'user')).toEqual({ ok: false, problem: 'unknown' });
  await app.context.db('users').where('id', ben).update({ disabled_at: 1 });
  expect(await change(ben, alice, 'admin')).toEqual({ ok: false, problem: 'not-allowed' });
});

test('of two admins who demote each other at the same instant one stays', async () => {
  await app.context.db('users').where('role', 'admin').update({ role: 'user' });
  for (let round = 0; round < 4; round += 1) {
    const carl = await addPerson(app.context, `carl-${round}`, 'admin');
    const dana = await addPerson(app.context, `dana-${round}`, 'admin');
    const outcomes = await Promise.all([change(carl, dana, 'user'), change(dana, carl, 'user')]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect([await roleOf(carl), await roleOf(dana)].sort()).toEqual(['admin', 'user']);
    await app.context.db('users').whereIn('id', [carl, dana]).update({ role: 'user' });
  }
});

test('the last admin stays one, also when the owner asks at the terminal', async () => {
  const eva = await addPerson(app.context, 'eva', 'admin');
  const demotion = await changeRole(app.context, OPS, eva, { role: 'moderator' });
  expect(demotion).toEqual({ ok: false, problem: 'last-admin' });
  expect(await roleOf(eva)).toBe('admin');
});
