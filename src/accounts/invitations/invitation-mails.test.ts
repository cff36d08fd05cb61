import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { personalOf } from '../../audit/audit.ts';
import { inviteByMail } from '../../members/invite.ts';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { readAfter } from '../../testing/audit.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { memberActionOf, OPS } from '../../testing/member-actions.ts';
import { addPerson } from '../../testing/people.ts';
import { mailInvitations } from './invitation-mails.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await app.context.db('invitations').delete();
  await app.context.db('outbox').delete();
});

const waiting = async () => app.context.db('invitations').whereNotNull('mail_due_at');

async function inviteMany(count: number, action = OPS): Promise<void> {
  const lines = Array.from({ length: count }, (_, index) => `anna-${index}@example.net`);
  expect((await inviteByMail(app.context, action, { addresses: lines.join('\n'), role: 'user' })).ok).toBe(
    true,
  );
}

test('are written as the outbox empties, so that no other mail waits behind thousands', async () => {
  const { db } = app.context;
  await inviteMany(120);
  await mailInvitations(app.context);
  await mailInvitations(app.context);
  const outbox = await db('outbox').pluck('id');
  expect(outbox).toHaveLength(50);
  await db('outbox').where('id', outbox[0]).delete();
  await mailInvitations(app.context);
  expect(await db('outbox')).toHaveLength(50);
  expect(await waiting()).toHaveLength(69);
});

test('are written once each, however many processes do it', async () => {
  await inviteMany(120);
  for (let round = 0; round < 3; round += 1) {
    await Promise.all([1, 2, 3].map(() => mailInvitations(app.context)));
    await app.context.db('outbox').update({ due_at: null });
  }
  expect(await waiting()).toEqual([]);
  expect(await app.context.db('outbox')).toHaveLength(120);
  expect(await mailsTo(app.context, 'anna-7@example.net')).toHaveLength(1);
});

test('are written no more once their admin is put out: the rest is withdrawn', async () => {
  const { db } = app.context;
  const eve = await addPerson(app.context, 'eve', 'admin');
  await inviteMany(120, memberActionOf(eve));
  await mailInvitations(app.context);
  await db('users').where('id', eve).update({ disabled_at: 1 });
  await db('outbox').delete();
  await Promise.all([1, 2].map(() => mailInvitations(app.context)));
  expect(await db('outbox')).toEqual([]);
  expect(await waiting()).toEqual([]);
  expect(await db('invitations').whereNotNull('withdrawn_at')).toHaveLength(70);
  expect(await db('invitations').whereNotNull('open_key')).toHaveLength(50);
  const rows = (await readAfter(db, 0, 1_000)).filter(({ action }) => action === 'invitations.withdrawn');
  expect(rows.map((row) => [row.actorKind, personalOf(row).details])).toEqual([['system', { count: 70 }]]);
});
