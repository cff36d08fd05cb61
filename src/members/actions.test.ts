import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eraseClosedAccounts } from '../accounts/closure/closure.ts';
import { insertPasskey } from '../accounts/credentials/passkeys.table.ts';
import { turnOn } from '../accounts/credentials/second-factors.ts';
import { TEXTS as RESET_LINKS_TEXTS } from '../accounts/password-reset/reset-links.ts';
import { findUser, type User } from '../accounts/users.table.ts';
import { personalOf } from '../audit/audit.ts';
import { readAllOf } from '../audit/audit-log.table.ts';
import { inTransaction } from '../database/transaction.ts';
import { HOUR } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { mailsTo } from '../testing/mailbox.ts';
import { memberActionOf, OPS } from '../testing/member-actions.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import {
  disableMember,
  enableMember,
  endMemberSessions,
  removeSecondFactors,
  startPasswordReset,
} from './access.ts';
import type { MemberAction } from './actions.ts';
import { availableActions, MEMBER_ACTION_NAMES, type MemberActionName } from './available-actions.ts';
import { approveMember, changeRole, declineMember, deleteMember, restoreMember } from './membership.ts';
import { changeMemberProfile } from './profile-change.ts';

let app: TestApp;
let ana: number;
beforeAll(async () => {
  app = await startTestApp({ MEMBERSHIP: 'approval', REQUIRE_2FA: 'none' });
  ana = await addPerson(app.context, 'ana', 'admin');
});
afterAll(() => app.close());

type Outcome = { ok: true } | { ok: false; problem: string; errors?: Record<string, string> };

const DO: Record<MemberActionName | 'profile', (action: MemberAction, id: number) => Promise<Outcome>> = {
  approval: (action, id) => approveMember(app.context, action, id),
  declining: (action, id) => declineMember(app.context, action, id),
  role: (action, id) => changeRole(app.context, action, id, { role: 'moderator' }),
  'sessions-ending': (action, id) => endMemberSessions(app.context, action, id),
  'password-reset': (action, id) => startPasswordReset(app.context, action, id),
  'second-factor-removal': (action, id) => removeSecondFactors(app.context, action, id),
  disabling: (action, id) => disableMember(app.context, action, id),
  enabling: (action, id) => enableMember(app.context, action, id),
  deletion: (action, id) => deleteMember(app.context, action, id),
  restoration: (action, id) => restoreMember(app.context, action, id),
  profile: (action, id) => changeMemberProfile(app.context, action, id, { username: `renamed-${id}` }),
};

/** How a member may be, as columns of the row; `two_factor_since` brings a passkey with it. */
type Columns = Partial<Record<'approved_at' | 'disabled_at' | 'closing_at' | 'locked_at', number | null>>;

const ACTIVE: Columns = { approved_at: 1, disabled_at: null, closing_at: null, locked_at: null };

async function addPasskey(user: User): Promise<void> {
  const passkey = {
    userId: user.id,
    credentialId: `key of ${user.id}`,
    publicKey: 'key',
    userHandle: 'handle',
    counter: 0,
    transports: [],
    backedUp: false,
    name: 'key',
    createdAt: 1,
  };
  await inTransaction(app.context.db, async (trx) => {
    await insertPasskey(trx, passkey);
    await turnOn(trx, app.context, user);
  });
}

const find = async (id: number) => (await findUser(app.context.db, id)) as User;
/** The row of a member, but for how often it was locked. */
async function rowOf(id: number) {
  const { lock_count: _locked, ...row } = await app.context.db('users').where({ id }).first();
  return row;
}
const rowsInLog = () => app.context.db('audit_log').count();
const sessionsOf = (id: number) => app.context.db('sessions').where('user_id', id);

let added = 0;

/** Adds a member who is logged in once and has one passkey, and puts the account into a state. */
async function addMember(columns: Columns = {}): Promise<{ id: number; email: string }> {
  added += 1;
  const name = `member-${added}`;
  const id = await addPerson(app.context, name);
  await app.visitor().logIn(name, PASSWORD);
  await addPasskey(await find(id));
  await app.context
    .db('users')
    .where({ id })
    .update({ ...ACTIVE, ...columns });
  return { id, email: `${name}@example.org` };
}

const LATER = 4_000_000_000_000;

/** Each action with a state that it fits, what of the row it changes, and the subject of its mail. */
const MEMBER_ACTIONS: [
  name: MemberActionName | 'profile',
  state: Columns,
  changes: object,
  action: string,
  subject: string,
][] = [
  ['approval', { approved_at: null }, { approved_at: expect.any(Number) }, 'account.approved', 'You are in'],
  [
    'declining',
    { approved_at: null },
    { closing_at: expect.any(Number) },
    'account.declined',
    'Your membership was declined',
  ],
  ['role', {}, { role: 'moderator' }, 'role.changed', 'Your role was changed'],
  ['sessions-ending', {}, {}, 'sessions.ended-by-store', 'You were logged out everywhere'],
  ['password-reset', {}, {}, 'password.reset-started', RESET_LINKS_TEXTS.subject],
  [
    'second-factor-removal',
    {},
    { two_factor_since: null },
    'two-factor.removed-by-store',
    'Your second factors were removed',
  ],
  ['disabling', {}, { disabled_at: expect.any(Number) }, 'account.disabled', 'Your account was disabled'],
  [
    'enabling',
    { disabled_at: 1 },
    { disabled_at: null },
    'account.enabled',
    'Your account was enabled again',
  ],
  ['deletion', {}, { closing_at: expect.any(Number) }, 'account.deleted', 'Your account was deleted'],
  [
    'restoration',
    { closing_at: LATER },
    { closing_at: null },
    'account.restored',
    'Your account was restored',
  ],
  [
    'profile',
    {},
    { username: expect.stringMatching(/^renamed-/), username_key: expect.stringMatching(/^renamed-/) },
    'username.changed-by-store',
    'Your username was changed',
  ],
];

/** Those after which nobody is logged in any more. */
const ENDS_SESSIONS = new Set([
  'declining',
  'sessions-ending',
  'second-factor-removal',
  'disabling',
  'deletion',
]);

describe('what an admin does to a member', () => {
  test.each(MEMBER_ACTIONS)(
    '%s: is written down with reason and actor, mailed with the reason, and changes nothing else',
    async (name, state, changes, audited, subject) => {
      const { id, email } = await addMember(state);
      const bystander = await addMember(state);
      const [before, bystanderBefore] = [await rowOf(id), await rowOf(bystander.id)];
      const action = {
        ...memberActionOf(ana, '  as agreed\r\nby telephone '),
        client: { address: '192.0.2.9', userAgent: 'Firefox' },
      };
      expect(await DO[name](action, id)).toMatchObject({ ok: true });

      expect(await rowOf(id)).toEqual({ ...before, ...changes });
      expect(await sessionsOf(id)).toHaveLength(ENDS_SESSIONS.has(name) ? 0 : 1);
      const row = (await readAllOf(app.context.db, id)).at(-1);
      expect(row).toMatchObject({ action: audited, actorKind: 'member', actorId: ana, subjectId: id });
      const { details, address } = personalOf(row as NonNullable<typeof row>);
      expect([details?.reason, address]).toEqual(['as agreed\nby telephone', '192.0.2.9']);

      const [mail, ...others] = await mailsTo(app.context, email);
      expect(others).toEqual([]);
      expect(mail?.message.subject).toBe(subject);
      expect(mail?.message.paragraphs).toContain('Reason given: as agreed\nby telephone');
      // From where an admin acts is no concern of members.
      expect(JSON.stringify(mail?.message)).not.toContain('192.0.2.9');

      expect(await rowOf(bystander.id)).toEqual(bystanderBefore);
      expect(await sessionsOf(bystander.id)).toHaveLength(1);
      expect(await mailsTo(app.context, bystander.email)).toEqual([]);
    },
  );

  test.each(MEMBER_ACTIONS)(
    '%s: is done by the store’s owner at a terminal as well',
    async (name, state, changes) => {
      const { id } = await addMember(state);
      expect(await DO[name](OPS, id)).toMatchObject({ ok: true });
      expect(await rowOf(id)).toMatchObject(changes);
      const row = (await readAllOf(app.context.db, id)).at(-1);
      expect(row).toMatchObject({ actorKind: 'operator', actorId: null });
    },
  );

  test.each(MEMBER_ACTIONS)('%s: by two at the same instant is done once', async (name, state) => {
    const { id, email } = await addMember(state);
    const ben = await addPerson(app.context, `ben-${name}`, 'admin');
    const outcomes = await Promise.all([
      DO[name](memberActionOf(ana), id),
      DO[name](memberActionOf(ben), id),
    ]);
    // Who asks for a link twice gets two; the second ends the first.
    const times = name === 'password-reset' ? 2 : 1;
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(times);
    expect(await mailsTo(app.context, email)).toHaveLength(times);
  });

  test.each(MEMBER_ACTIONS)(
    '%s: is refused to whoever is no admin, on one’s own account, for nobody and without a reason',
    async (name, state) => {
      const { db } = app.context;
      const { id, email } = await addMember(state);
      const member = await addPerson(app.context, `m-${name}`);
      const moderator = await addPerson(app.context, `o-${name}`);
      const disabled = await addPerson(app.context, `d-${name}`);
      const locked = await addPerson(app.context, `f-${name}`);
      await db('users').where({ id: moderator }).update({ role: 'moderator' });
      await db('users').where({ id: disabled }).update({ role: 'admin', disabled_at: 1 });
      await db('users').where({ id: locked }).update({ role: 'admin', locked_at: 1 });
      const before = [await rowOf(id), await rowOf(ana), await rowsInLog()];

      for (const actor of [member, moderator, disabled, locked, 999_999]) {
        expect(await DO[name](memberActionOf(actor), id)).toEqual({ ok: false, problem: 'not-allowed' });
      }
      expect(await DO[name](memberActionOf(ana), ana)).toEqual({ ok: false, problem: 'own-account' });
      expect(await DO[name](memberActionOf(ana), 999_999)).toEqual({ ok: false, problem: 'unknown' });
      for (const reason of ['', ' \r\n ', 'x'.repeat(501)]) {
        expect(await DO[name](memberActionOf(ana, reason), id)).toMatchObject({
          problem: 'invalid',
          errors: { reason: expect.any(String) },
        });
      }
      expect([await rowOf(id), await rowOf(ana), await rowsInLog()]).toEqual(before);
      expect(await mailsTo(app.context, email)).toEqual([]);
      await db('users').whereIn('id', [disabled, locked]).update({ role: 'user' });
    },
  );

  test('takes a reason of 500 characters, counted as the browser counts them', async () => {
    const { id } = await addMember();
    expect(
      await DO.disabling(memberActionOf(ana, '\r\n'.padStart(500, 'x').padEnd(501, 'x')), id),
    ).toMatchObject({
      ok: true,
    });
  });

  test('of somebody who was erased is done no more', async () => {
    const { id } = await addMember({ closing_at: 1 });
    await eraseClosedAccounts(app.context);
    const rows = await rowsInLog();
    for (const name of MEMBER_ACTION_NAMES) {
      expect(await DO[name](memberActionOf(ana), id)).toEqual({ ok: false, problem: 'unknown' });
    }
    expect(await rowsInLog()).toEqual(rows);
  });
});

test.each<[string, Columns]>([
  ['active', {}],
  ['waiting', { approved_at: null }],
  ['locked', { locked_at: 1 }],
  ['locked and waiting', { locked_at: 1, approved_at: null }],
  ['disabled', { disabled_at: 1 }],
  ['disabled and waiting', { disabled_at: 1, approved_at: null }],
  ['closing', { closing_at: LATER }],
  ['closing and waiting', { closing_at: LATER, approved_at: null }],
  ['closing and disabled', { closing_at: LATER, disabled_at: 1 }],
])(
  'what pages offer for a member who is %s is what the rules do; all else changes nothing',
  async (_, state) => {
    const { id } = await addMember(state);
    const offered = availableActions(await find(id), 'approval');
    const done: string[] = [];
    for (const name of MEMBER_ACTION_NAMES) {
      const member = offered.includes(name) ? await addMember(state) : { id };
      const [before, rows] = [await rowOf(member.id), await rowsInLog()];
      const outcome = await DO[name](memberActionOf(ana), member.id);
      if (outcome.ok) done.push(name);
      else {
        expect(['unchanged', 'inactive']).toContain(outcome.problem);
        expect([await rowOf(member.id), await rowsInLog()]).toEqual([before, rows]);
      }
    }
    expect(done).toEqual(offered);
  },
);

test('second factors are removed from those who have one, and without MEMBERSHIP=approval nobody waits', async () => {
  const { id } = await addMember({ approved_at: null });
  await removeSecondFactors(app.context, memberActionOf(ana), id);
  const waiting = await find(id);
  expect(availableActions(waiting, 'approval')).not.toContain('second-factor-removal');
  expect(await removeSecondFactors(app.context, memberActionOf(ana), id)).toEqual({
    ok: false,
    problem: 'unchanged',
  });
  expect(availableActions(waiting, 'open')).not.toContain('approval');
  const open = { ...app.context, settings: { ...app.context.settings, membership: 'open' as const } };
  for (const decide of [approveMember, declineMember]) {
    expect(await decide(open, memberActionOf(ana), id)).toEqual({ ok: false, problem: 'unchanged' });
  }
});

test('who is logged in nowhere is not logged out; a session that is over does not count', async () => {
  const { id, email } = await addMember();
  app.passTime(2 * HOUR);
  expect(await DO['sessions-ending'](memberActionOf(ana), id)).toEqual({ ok: false, problem: 'unchanged' });
  expect(await mailsTo(app.context, email)).toEqual([]);
});
