import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportData } from '../accounts/closure/data-export.ts';
import { TEXTS as INVITATION_MAILS_TEXTS } from '../accounts/invitations/invitation-mails.ts';
import { reserveName } from '../accounts/reserved-names.table.ts';
import { findUser, type User } from '../accounts/users.table.ts';
import { personalOf } from '../audit/audit.ts';
import type { AuditRow } from '../audit/audit-log.table.ts';
import { inTransaction } from '../database/transaction.ts';
import { cleanUp } from '../jobs/jobs.ts';
import { paths } from '../paths.ts';
import type { Role } from '../permissions.ts';
import { DAY, MINUTE } from '../shared/clock.ts';
import { hashToken } from '../shared/crypto/random-token.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { readAfter } from '../testing/audit.ts';
import { mailAllInvitations } from '../testing/invitations.ts';
import { actionPath, lastMailTo, mailsTo } from '../testing/mailbox.ts';
import { memberActionOf, OPS } from '../testing/member-actions.ts';
import { addPerson } from '../testing/people.ts';
import { everyRow } from '../testing/tables.ts';
import type { MemberAction } from './actions.ts';
import { renewInvitation, withdrawInvitation } from './invitation-withdrawal.ts';
import { inviteByMail } from './invite.ts';

const CLIENT = { address: '192.0.2.1', network: '192.0.2.1', userAgent: '', browserToken: undefined };

let app: TestApp;
let ana: MemberAction;
let anaId: number;
beforeAll(async () => {
  app = await startTestApp();
  anaId = await addPerson(app.context, 'ana', 'admin');
  ana = memberActionOf(anaId, 'the club grows');
});
afterAll(() => app.close());

const invite = (addresses: string, role: Role = 'user', action = ana, more: object = {}) =>
  inviteByMail(app.context, action, { addresses, role, ...more });
const rowsFor = (email: string) =>
  app.context.db('invitations').where('email_key', email).orderBy('id').select();
const open = async (email: string) => (await rowsFor(email)).filter(({ open_key }) => open_key !== null);

async function lastAudit(): Promise<AuditRow> {
  return (await readAfter(app.context.db, 0, 100_000)).at(-1) as AuditRow;
}

describe('an invitation', () => {
  test('is mailed a moment later with a link whose hash alone is kept, and says why', async () => {
    expect(await invite('Bob <Bob@Example.org>', 'moderator')).toEqual({
      ok: true,
      invited: 1,
      renewed: 0,
      repeated: 0,
      skipped: 0,
    });
    expect(await mailsTo(app.context, 'Bob@Example.org')).toEqual([]);
    await mailAllInvitations(app.context);

    const [mail] = await mailsTo(app.context, 'Bob@Example.org');
    expect(mail?.message).toMatchObject({
      subject: INVITATION_MAILS_TEXTS.subject('Gatehouse'),
      name: 'Bob@Example.org',
      paragraphs: [
        INVITATION_MAILS_TEXTS.text.moderator('Gatehouse'),
        'Reason given: the club grows',
        INVITATION_MAILS_TEXTS.once,
      ],
    });
    const token = actionPath(mail as never).replace(paths.invitation(''), '');
    const [row] = await rowsFor('bob@example.org');
    expect(row).toMatchObject({ role: 'moderator', invited_by: anaId, token_hash: hashToken(token) });
    expect(row.ends_at).toBeGreaterThan(app.context.clock() + 7 * DAY - MINUTE);
    expect(JSON.stringify([...(await everyRow(app.context.db))])).not.toContain(token);
  });

  test('is written down without whom it is for, who could not be erased from the log', async () => {
    await invite('carol@example.org');
    const row = await lastAudit();
    expect(row).toMatchObject({ action: 'invitations.made', actorId: anaId, subjectId: null });
    expect(personalOf(row).details).toEqual({ count: 1, role: 'user', reason: 'the club grows' });
  });

  test('says nothing but its own words to whom it is for: no name that was pasted', async () => {
    await invite('"<b>Click http://evil.example</b>, =cmd()" <dave@example.org>');
    await mailAllInvitations(app.context);
    const { message } = await lastMailTo(app.context, 'dave@example.org');
    expect(JSON.stringify(message)).not.toMatch(/evil|cmd/);
    expect(JSON.stringify(await everyRow(app.context.db).then((all) => all.get('invitations')))).not.toMatch(
      /evil|cmd/,
    );
  });

  test('is not in what its admin downloads of the own data', async () => {
    const { bytes } = await exportData(app.context, (await findUser(app.context.db, anaId)) as User, CLIENT);
    const files = Object.values(unzipSync(bytes)).map((file) => strFromU8(file));
    expect(files.join()).toContain('invitations.made');
    expect(files.join()).not.toMatch(/bob|carol|dave/i);
  });

  test('to an address that was invited before replaces it: its old link is dead, and one mail goes out', async () => {
    await invite('erin@example.org');
    await mailAllInvitations(app.context);
    expect(await invite('ERIN@example.org\nfay@example.org', 'admin')).toMatchObject({
      invited: 2,
      renewed: 1,
    });
    const [old, fresh] = await rowsFor('erin@example.org');
    expect(old).toMatchObject({ open_key: null, role: 'user' });
    expect(old.replaced_at).not.toBeNull();
    expect(fresh).toMatchObject({ open_key: 'erin@example.org', role: 'admin', token_hash: null });
  });

  test('that comes twice, by a double click, is one', async () => {
    const sent = { ...ana, form: { userId: anaId, keyHash: 'of one form' } };
    const outcomes = await Promise.all([1, 2].map(() => invite('gina@example.org', 'user', sent)));
    expect(outcomes[0]).toEqual(outcomes[1]);
    expect(outcomes[0]).toMatchObject({ ok: true, invited: 1, renewed: 0 });
    await mailAllInvitations(app.context);
    expect(await mailsTo(app.context, 'gina@example.org')).toHaveLength(1);
  });

  test('by two admins at the same instant stands once', async () => {
    const ben = memberActionOf(await addPerson(app.context, 'ben', 'admin'));
    for (let round = 0; round < 3; round += 1) {
      const email = `hank-${round}@example.org`;
      const outcomes = await Promise.all([invite(email, 'user'), invite(email, 'moderator', ben)]);
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
      expect(await open(email)).toHaveLength(1);
    }
  });
});

describe('nobody is invited', () => {
  test('by who is no admin, whatever they send', async () => {
    const mina = memberActionOf(await addPerson(app.context, 'mod-mina', 'moderator'));
    expect(await invite('ina@example.org', 'user', mina)).toEqual({ ok: false, problem: 'not-allowed' });
    expect(await rowsFor('ina@example.org')).toEqual([]);
  });

  test.each([
    [{ role: 'owner' }, 'role'],
    [{ role: ['admin'] }, 'role'],
    [{ role: undefined }, 'role'],
    [{ addresses: '' }, 'addresses'],
    [{ addresses: ' \r\n\t\r\n' }, 'addresses'],
    [{ addresses: ['jo@example.org'] }, 'addresses'],
    [{ addresses: 'jo@example.org\nJo' }, 'addresses'],
    [{ addresses: 'Jo\nJack', skip: '1' }, 'addresses'],
  ])('with %o', async (change, field) => {
    const outcome = await inviteByMail(app.context, ana, {
      addresses: 'jo@example.org',
      role: 'user',
      ...change,
    });
    expect(outcome).toMatchObject({ ok: false, problem: 'invalid', errors: { [field]: expect.any(String) } });
    expect(await rowsFor('jo@example.org')).toEqual([]);
  });

  test('without a reason, and all that is wrong is said at once', async () => {
    const outcome = await inviteByMail(app.context, { ...ana, reason: ' ' }, { addresses: 'Jo', role: '' });
    expect(outcome).toMatchObject({ ok: false, errors: { reason: /Say why/, role: /./, addresses: /./ } });
  });

  test('who has an account, or gave the address up a few days ago', async () => {
    const kim = await addPerson(app.context, 'kim');
    await inTransaction(app.context.db, (trx) =>
      reserveName(trx, {
        kind: 'email',
        name: 'old-kim@example.org',
        userId: kim,
        until: app.context.clock() + DAY,
      }),
    );
    const list = 'lea@example.org\nKIM@example.org\nLeo\nold-kim@example.org';
    expect(await invite(list)).toMatchObject({
      ok: false,
      usable: 1,
      wrong: [
        { line: 2, problem: 'member', text: 'KIM@example.org', member: { id: kim, username: 'kim' } },
        { line: 3, problem: 'no-address', text: 'Leo' },
        { line: 4, problem: 'reserved', text: 'old-kim@example.org' },
      ],
    });
    expect(await rowsFor('lea@example.org')).toEqual([]);
    expect(await invite(list, 'user', ana, { skip: '1' })).toMatchObject({
      ok: true,
      invited: 1,
      skipped: 3,
    });
    expect(await rowsFor('lea@example.org')).toHaveLength(1);
  });
});

describe('10,000 lines', () => {
  afterAll(() => app.context.db('invitations').delete());

  const line = (index: number) =>
    [
      `"Smith, Anna ${index}" <anna-${index}@example.net>`,
      `Anna ${index}, anna-${index}@example.net, +91 98765`,
      `ANNA-${index}@example.net`,
    ][index % 3];

  test('with names, commas and duplicates are invited in one go', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => line(index < 9_000 ? index : index - 9_000));
    expect(await invite(lines.join('\r\n'))).toEqual({
      ok: true,
      invited: 9_000,
      renewed: 0,
      repeated: 1_000,
      skipped: 0,
    });
    expect(await invite(lines.join('\n'), 'moderator')).toMatchObject({
      ok: true,
      invited: 9_000,
      renewed: 9_000,
    });
    const { db } = app.context;
    expect(
      await db('invitations')
        .whereNotNull('open_key')
        .where('role', 'moderator')
        .where('email_key', 'like', 'anna-%'),
    ).toHaveLength(9_000);
  });

  test('and one more are refused', async () => {
    const lines = Array.from({ length: 10_001 }, (_, index) => `zoe-${index}@example.net`);
    const outcome = await invite(lines.join('\n'), 'user', ana, { skip: '1' });
    expect(outcome).toMatchObject({ ok: false, errors: { addresses: /at most 10,000/ }, wrong: [] });
    expect(await rowsFor('zoe-1@example.net')).toEqual([]);
  });
});

describe('an invitation that was withdrawn or renewed', () => {
  const idOf = async (email: string) => (await open(email))[0].id;

  test('is written down, and only an admin does it', async () => {
    await invite('mia@example.org');
    const id = await idOf('mia@example.org');
    const mina = memberActionOf((await app.context.db('users').where('username', 'mod-mina').first('id')).id);
    for (const end of [withdrawInvitation, renewInvitation]) {
      expect(await end(app.context, mina, id)).toEqual({ ok: false, problem: 'not-allowed' });
      expect(await end(app.context, ana, 999_999)).toEqual({ ok: false, problem: 'unknown' });
    }
    expect(await renewInvitation(app.context, OPS, id)).toEqual({ ok: true, email: 'mia@example.org' });
    expect(await lastAudit()).toMatchObject({ action: 'invitation.renewed', actorKind: 'operator' });
    const renewed = await idOf('mia@example.org');
    expect(await withdrawInvitation(app.context, ana, renewed)).toMatchObject({ ok: true });
    expect(await lastAudit()).toMatchObject({ action: 'invitation.withdrawn', actorId: anaId });
    await mailAllInvitations(app.context);
    expect(await mailsTo(app.context, 'mia@example.org')).toEqual([]);
    expect(await withdrawInvitation(app.context, ana, id)).toMatchObject({
      problem: 'ended',
      state: 'replaced',
    });
    expect(await renewInvitation(app.context, ana, renewed)).toMatchObject({
      problem: 'ended',
      state: 'withdrawn',
    });
  });

  test('by two at the same instant is so once', async () => {
    await invite('nora@example.org');
    const id = await idOf('nora@example.org');
    const outcomes = await Promise.all([
      renewInvitation(app.context, ana, id),
      renewInvitation(app.context, OPS, id),
      withdrawInvitation(app.context, OPS, id),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect((await open('nora@example.org')).length).toBeLessThanOrEqual(1);
  });

  test('can be renewed after its time, but not withdrawn', async () => {
    await invite('otto@example.org');
    const id = await idOf('otto@example.org');
    app.passTime(7 * DAY);
    expect(await withdrawInvitation(app.context, ana, id)).toMatchObject({
      problem: 'ended',
      state: 'expired',
    });
    expect(await renewInvitation(app.context, ana, id)).toMatchObject({ ok: true });
    expect(await invite('otto@example.org')).toMatchObject({ ok: true });
  });
});

test('sweeping forgets invitations 30 days after they ended, and no others', async () => {
  await invite('pia@example.org\nquentin@example.org');
  await withdrawInvitation(app.context, ana, (await open('pia@example.org'))[0].id);
  const left = async () => {
    await cleanUp(app.context);
    return [(await rowsFor('pia@example.org')).length, (await rowsFor('quentin@example.org')).length];
  };
  app.passTime(30 * DAY - MINUTE);
  expect(await left()).toEqual([1, 1]);
  app.passTime(MINUTE);
  expect(await left()).toEqual([0, 1]);
  app.passTime(7 * DAY);
  expect(await left()).toEqual([0, 0]);
});
