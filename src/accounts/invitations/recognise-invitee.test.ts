import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import { readAllOf } from '../../audit/audit-log.table.ts';
import { withdrawInvitation } from '../../members/invitation-withdrawal.ts';
import { declineMember } from '../../members/membership.ts';
import { paths } from '../../paths.ts';
import { DAY } from '../../shared/clock.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { invite as inviteTo } from '../../testing/invitations.ts';
import { actionPath, lastMailTo, mailsTo } from '../../testing/mailbox.ts';
import { OPS } from '../../testing/member-actions.ts';
import { PASSWORD } from '../../testing/people.ts';
import type { Visitor } from '../../testing/visitor.ts';
import { eraseClosedAccounts } from '../closure/closure.ts';
import { TEXTS as NEW_EMAIL_TEXTS } from '../email-change/new-email.ts';
import { TEXTS as RESET_LINKS_TEXTS } from '../password-reset/reset-links.ts';
import { answerResetRequests } from '../password-reset/reset-requests.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ MEMBERSHIP: 'approval', REQUIRE_2FA: 'none' });
});
afterAll(() => app.close());

const CONFIRM = 'Please confirm your e-mail address';

const invite = (email: string, role?: Parameters<typeof inviteTo>[2]) => inviteTo(app.context, email, role);
const find = (username: string) => app.context.db('users').where({ username }).first();
const invitationOf = (email: string) =>
  app.context.db('invitations').where('email_key', email).orderBy('id', 'desc').first();
const actionsOf = async (username: string) =>
  (await readAllOf(app.context.db, (await find(username)).id)).map(({ action }) => action);

async function register(username: string, email: string): Promise<Visitor> {
  const visitor = app.visitor();
  const form = { username, email, password: PASSWORD, password_confirmation: PASSWORD };
  expect((await visitor.submit(paths.register(), form)).status).toBe(303);
  await visitor.follow(await visitor.logIn(username, PASSWORD));
  return visitor;
}

const confirm = async (visitor: Visitor, email: string) =>
  visitor.submit(actionPath(await lastMailTo(app.context, email, CONFIRM)));

describe('who was invited and registers without the link', () => {
  test('is let in once the address is confirmed, in whatever case it was typed, without an admin', async () => {
    await invite('Alice@example.org');
    const alice = await register('alice', 'aLICE@Example.ORG');
    expect((await alice.get(paths.store())).location).toBe(paths.waiting());
    expect(await invitationOf('alice@example.org')).toMatchObject({ accepted_at: null });

    expect((await confirm(alice, 'aLICE@Example.ORG')).status).toBe(303);
    expect((await alice.get(paths.store())).status).toBe(200);
    const user = await find('alice');
    expect(await invitationOf('alice@example.org')).toMatchObject({ accepted_by: user.id, open_key: null });
    expect(await actionsOf('alice')).toEqual([
      'account.registered',
      'login.succeeded',
      'email.verified',
      'invitation.accepted',
      'account.approved',
    ]);
    const approval = (await readAllOf(app.context.db, user.id)).at(-1);
    expect(approval).toMatchObject({ actorKind: 'system', actorId: null });
    expect(approval && personalOf(approval).details).toBeUndefined();
    expect(await mailsTo(app.context, 'aLICE@Example.ORG')).toHaveLength(1);
  });

  test('gets no role in the back office that way: only the link gives it', async () => {
    const path = await invite('bob@example.org', 'admin');
    const bob = await register('bob', 'bob@example.org');
    await confirm(bob, 'bob@example.org');
    expect((await bob.get(paths.store())).status).toBe(200);
    expect(await find('bob')).toMatchObject({ role: 'user' });
    expect(await invitationOf('bob@example.org')).toMatchObject({
      accepted_at: null,
      open_key: 'bob@example.org',
    });
    expect((await bob.get(paths.admin())).status).toBe(403);
    expect((await bob.submit(path)).status).toBe(303);
    expect(await find('bob')).toMatchObject({ role: 'admin' });
  });

  test('is recognised by a reset link as well, which was read at the address', async () => {
    await invite('carol@example.org');
    const carol = await register('carol', 'carol@example.org');
    await carol.submit(paths.logout());
    await carol.submit(paths.forgotPassword(), { email: 'carol@example.org' });
    await answerResetRequests(app.context);
    const path = actionPath(await lastMailTo(app.context, 'carol@example.org', RESET_LINKS_TEXTS.subject));
    await carol.follow(await carol.get(path));
    const password = 'Oak-bench-under-9-stars!';
    const reset = await carol.post(paths.resetPassword(), { password, password_confirmation: password });
    expect(reset.status).toBe(303);
    expect((await find('carol')).approved_at).not.toBeNull();
    expect((await actionsOf('carol')).slice(-3)).toEqual([
      'password.reset',
      'invitation.accepted',
      'account.approved',
    ]);
  });

  test('is recognised by a new address that is confirmed', async () => {
    await invite('dave@example.net');
    const dave = await register('dave', 'dave@example.org');
    await dave.submit(paths.profile(), { username: 'dave', email: 'dave@example.net' });
    const link = await lastMailTo(app.context, 'dave@example.net', NEW_EMAIL_TEXTS.asked.subject);
    expect((await dave.submit(actionPath(link))).status).toBe(303);
    expect((await dave.get(paths.store())).status).toBe(200);
    expect((await invitationOf('dave@example.net')).accepted_by).toBe((await find('dave')).id);
  });
});

describe('nobody is let in', () => {
  test('by an invitation of another address, one that was withdrawn or one whose time is over', async () => {
    await invite('erin@example.net');
    await invite('fay@example.org');
    await withdrawInvitation(app.context, OPS, (await invitationOf('fay@example.org')).id);
    await invite('gina@example.org');
    app.passTime(7 * DAY);
    for (const name of ['erin', 'fay', 'gina']) {
      const visitor = await register(name, `${name}@example.org`);
      await confirm(visitor, `${name}@example.org`);
      expect((await visitor.get(paths.store())).location).toBe(paths.waiting());
    }
  });

  test('whom the store has declined already', async () => {
    await invite('hank@example.org');
    const hank = await register('hank', 'hank@example.org');
    const { id } = await find('hank');
    expect((await declineMember(app.context, OPS, id)).ok).toBe(true);
    await confirm(hank, 'hank@example.org');
    expect((await find('hank')).approved_at).toBeNull();
  });
});

test('a store that needs no approval takes note of the invitation all the same', async () => {
  const open = await startTestApp({ REQUIRE_2FA: 'none' });
  await inviteTo(open.context, 'ina@example.org');
  const ina = open.visitor();
  await ina.register('ina', PASSWORD);
  await ina.submit(actionPath(await lastMailTo(open.context, 'ina@example.org', CONFIRM)));
  expect((await open.context.db('invitations').first()).accepted_at).not.toBeNull();
  await open.close();
});

test('who is erased leaves no invitation behind, under no address that they had', async () => {
  const { db } = app.context;
  const { id } = await find('alice');
  await db('users')
    .where({ id })
    .update({ email: 'new@example.org', email_key: 'new@example.org', closing_at: 1 });
  await eraseClosedAccounts(app.context);
  expect(await invitationOf('alice@example.org')).toBeUndefined();
});
