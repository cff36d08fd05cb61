import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { createMember } from '../../members/creation.ts';
import { changeRole } from '../../members/membership.ts';
import { paths } from '../../paths.ts';
import { ApiClient } from '../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { invite } from '../../testing/invitations.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { memberActionOf, OPS } from '../../testing/member-actions.ts';
import { addPerson, PASSWORD, signIn, unconfirm } from '../../testing/people.ts';
import type { Visitor } from '../../testing/visitor.ts';
import { TEXTS as NEW_ADMIN_NOTICES_TEXTS } from './new-admin-notices.ts';

const reason = 'as agreed by telephone';

let app: TestApp;
let ana: Visitor;
let anaId: number;
let people = 0;
beforeAll(async () => {
  app = await startTestApp({ REQUIRE_2FA: 'none' });
  ana = await signIn(app, 'ana', 'admin');
  anaId = await idOf('ana');
  await addPerson(app.context, 'ben', 'admin');
  await unconfirm(app.context, 'ben');
  const gone = await addPerson(app.context, 'gone', 'admin');
  await app.context.db('users').where('id', gone).update({ disabled_at: 1 });
  await addPerson(app.context, 'mod-mina', 'moderator');
});
afterAll(() => app.close());
beforeEach(() => app.context.db('outbox').delete());

const idOf = async (name: string): Promise<number> =>
  (await app.context.db('users').where('username', name).first('id')).id;

async function someone(): Promise<{ name: string; id: number }> {
  people += 1;
  const name = `zoe-${people}`;
  return { name, id: await addPerson(app.context, name) };
}

const formOf = (username: string, role = 'admin') => ({
  username,
  email: `${username}@example.org`,
  role,
  reason,
});

/** Who was mailed that somebody is an administrator now. */
async function toldOf(name: string): Promise<string[]> {
  const told: string[] = [];
  for (const one of ['ana', 'ben', 'gone', 'mod-mina', name]) {
    const mails = await mailsTo(app.context, `${one}@example.org`);
    const notices = mails.filter(({ message }) => message.subject === `${name} is now an administrator`);
    told.push(...notices.map(() => one));
  }
  return told;
}

async function noticeOf(name: string) {
  const mail = (await mailsTo(app.context, 'ana@example.org')).at(-1);
  expect(mail?.message.subject).toBe(`${name} is now an administrator`);
  const facts = Object.fromEntries((mail?.message.facts ?? []).map(({ label, value }) => [label, value]));
  return { ...facts, text: mail?.message.paragraphs.join(' '), path: mail?.message.action?.path };
}

/** Takes the role back, so that the next test has ana and ben alone. */
async function demote(name: string): Promise<void> {
  await app.context.db('users').where('username', name).update({ role: 'user' });
}

describe('every administrator is mailed when one is made, with whom, when, by whom and how', () => {
  test('on the page of a member', async () => {
    const { name, id } = await someone();
    await ana.submit(paths.memberAction(id, 'role'), { role: 'admin', shown_role: 'user', reason });
    expect(await toldOf(name)).toEqual(['ana', 'ben']);
    expect(await noticeOf(name)).toMatchObject({
      'Done by': 'ana',
      How: 'Back office',
      When: expect.stringMatching(/\d{4}/),
      'Network address': '127.0.0.1',
      text: expect.stringContaining(`Reason given: ${reason}`),
      path: paths.adminMember(id),
    });
    const own = (await mailsTo(app.context, `${name}@example.org`)).map(({ message }) => message.subject);
    expect(own).toEqual(['Your role was changed']);
    const row = (await readAllOf(app.context.db, id)).at(-1);
    expect(row).toMatchObject({ action: 'role.changed', actorId: anaId, subjectId: id });
    await demote(name);
  });

  test('on the page for new members', async () => {
    await ana.submit(paths.newMember(), formOf('new-one'));
    expect(await toldOf('new-one')).toEqual(['ana', 'ben']);
    expect(await noticeOf('new-one')).toMatchObject({ 'Done by': 'ana', How: 'Back office' });
    await demote('new-one');
  });

  test('through the API', async () => {
    const program = new ApiClient(app.url);
    await program.logIn('ana', PASSWORD, 'roles:write');
    const { name, id } = await someone();
    const body = { role: 'admin', reason };
    const headers = { 'if-match': '*' };
    expect((await program.send('PUT', `/users/${id}/role`, { body, headers })).status).toBe(200);
    expect(await toldOf(name)).toEqual(['ana', 'ben']);
    expect(await noticeOf(name)).toMatchObject({ 'Done by': 'ana', How: 'API, the login of a program' });
    await demote(name);
    expect((await program.post('/users', formOf('new-two'))).status).toBe(201);
    expect(await toldOf('new-two')).toEqual(['ana', 'ben']);
    await demote('new-two');
  });

  test('at the terminal', async () => {
    const { name, id } = await someone();
    expect(await changeRole(app.context, OPS, id, { role: 'admin' })).toMatchObject({ ok: true });
    expect(await toldOf(name)).toEqual(['ana', 'ben']);
    expect(await noticeOf(name)).toMatchObject({
      'Done by': NEW_ADMIN_NOTICES_TEXTS.terminal('ops'),
      How: 'Terminal',
    });
    await demote(name);
    expect(await createMember(app.context, OPS, formOf('new-three'))).toMatchObject({ ok: true });
    expect(await toldOf('new-three')).toEqual(['ana', 'ben']);
    await demote('new-three');
  });

  test('by an invitation, for a new account and for one that is there', async () => {
    const path = await invite(app.context, 'new-four@example.org', 'admin', memberActionOf(anaId));
    const passwords = { password: PASSWORD, password_confirmation: PASSWORD };
    await app.visitor().submit(path, { username: 'new-four', ...passwords });
    expect(await toldOf('new-four')).toEqual(['ana', 'ben']);
    expect(await noticeOf('new-four')).toMatchObject({
      'Done by': 'ana',
      How: 'Invitation',
    });
    await demote('new-four');
    const link = await invite(app.context, 'zoe-invited@example.org', 'admin');
    const zoe = await signIn(app, 'zoe-invited');
    await zoe.submit(link);
    expect(await toldOf('zoe-invited')).toEqual(['ana', 'ben']);
    expect(await noticeOf('zoe-invited')).toMatchObject({ 'Done by': 'Somebody at the terminal' });
    await demote('zoe-invited');
  });
});

test('no administrator is mailed of another role, of a demotion or of what is undone', async () => {
  const { name, id } = await someone();
  await changeRole(app.context, memberActionOf(anaId), id, { role: 'moderator' });
  await createMember(app.context, memberActionOf(anaId), formOf('new-five', 'moderator'));
  await app.context.db('users').where({ id }).update({ role: 'admin' });
  await changeRole(app.context, memberActionOf(anaId), id, { role: 'user' });
  expect(await createMember(app.context, memberActionOf(anaId), formOf(name))).toMatchObject({ ok: false });
  expect(await mailsTo(app.context, 'ana@example.org')).toEqual([]);
});
