import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUp } from '../jobs/jobs.ts';
import { changeMemberProfile } from '../members/profile-change.ts';
import { paths } from '../paths.ts';
import { DAY } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { lastMailTo, mailsTo } from '../testing/mailbox.ts';
import { OPS } from '../testing/member-actions.ts';
import { addPerson, PASSWORD, signIn } from '../testing/people.ts';
import { errorOf, type Visitor } from '../testing/visitor.ts';
import { TEXTS as NEW_ACCOUNT_TEXTS } from './new-account.ts';
import { USERNAME_RESERVED } from './rename.ts';

const TAKEN = `Error: ${NEW_ACCOUNT_TEXTS.usernameTaken}`;
const CHANGED = 'Your username was changed';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

const rename = (member: Visitor, username: string) => member.submit(paths.profile(), { username });
async function register(username: string): Promise<string> {
  await app.context.db('rate_limits').delete();
  const answer = await app.visitor().register(username, PASSWORD);
  return answer.status === 303 ? 'done' : errorOf(answer.text, 'username');
}

test('a change of username is told by mail, with a way out', async () => {
  const alice = await signIn(app, 'alice');
  expect((await rename(alice, 'alice-b')).status).toBe(303);
  const { message } = await lastMailTo(app.context, 'alice@example.org', CHANGED);
  expect(message.paragraphs.join()).toContain('from alice to alice-b');
  expect(message.alarm?.path).toMatch(/^\/not-me\//);
  expect((await rename(alice, 'alice-b')).status).toBe(303);
  expect(await mailsTo(app.context, 'alice@example.org')).toHaveLength(1);
});

test('the old name is kept back for 90 days, from everybody but the member who had it', async () => {
  const bob = await signIn(app, 'bob');
  const carol = await signIn(app, 'carol');
  await rename(bob, 'bobby');
  expect(await register('BOB')).toBe(TAKEN);
  expect(errorOf((await rename(carol, 'bob')).text, 'username')).toBe(TAKEN);
  const id = await addPerson(app.context, 'dan');
  expect(await changeMemberProfile(app.context, OPS, id, { username: 'Bob' })).toMatchObject({
    ok: false,
    errors: { username: expect.any(String) },
  });

  expect((await rename(bob, 'Bob')).status).toBe(303);
  expect(await register('bobby')).toBe(TAKEN);
  app.passTime(USERNAME_RESERVED - DAY);
  await cleanUp(app.context);
  expect(await register('bobby')).toBe(TAKEN);
  app.passTime(DAY);
  await cleanUp(app.context);
  expect(await register('bobby')).toBe('done');
});

test('a name that staff changed is kept back as well, and its member is told', async () => {
  const id = await addPerson(app.context, 'erin');
  expect(await changeMemberProfile(app.context, OPS, id, { username: 'erin-b' })).toMatchObject({ ok: true });
  const { message } = await lastMailTo(app.context, 'erin@example.org', CHANGED);
  expect(message.paragraphs.join()).toContain('from erin to erin-b');
  expect(await register('erin')).toBe(TAKEN);
});

test('another spelling of the same name keeps nothing back', async () => {
  const fred = await signIn(app, 'fred');
  await rename(fred, 'Fred');
  expect(await app.context.db('reserved_names').where('name_key', 'fred')).toEqual([]);
});

test('nobody hoards names: after five changes within 90 days the next has to wait, and counts as no try for a taken one', async () => {
  const gina = await signIn(app, 'gina');
  for (let number = 1; number <= 5; number += 1) await rename(gina, `gina-${number}`);
  const triesLeft = () => app.context.throttles.left.registration('127.0.0.1');
  const before = await triesLeft();
  const answer = await rename(gina, 'gina-6');
  expect(answer.status).toBe(422);
  expect(errorOf(answer.text, 'username')).toContain('several times within 90 days');
  expect(await triesLeft()).toBe(before);
});
