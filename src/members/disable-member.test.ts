import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { activeAdminExists, insertUser } from '../accounts/users.table.ts';
import { verifyChain } from '../audit/audit-chain.ts';
import { readAllOf } from '../audit/audit-log.table.ts';
import { readConfig } from '../config/config.ts';
import { createMailer } from '../mail/mailer.ts';
import type { Role } from '../permissions.ts';
import { insertSession } from '../sessions/sessions.table.ts';
import { DEFAULT_SETTINGS } from '../settings/store-settings.ts';
import { createEncryptor } from '../shared/crypto/encryption.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { OPS } from '../testing/member-actions.ts';
import { disableMember, enableMember } from './access.ts';

const NOW = 1_800_000_000_000;

let database: TestDatabase;
const clock = () => NOW;
const mailer = createMailer({ encryptor: createEncryptor('a secret for tests'), clock });
const context = () => ({
  db: database.db,
  clock,
  mailer,
  config: readConfig({ NODE_ENV: 'test' }),
  settings: DEFAULT_SETTINGS,
  features: [],
});
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.db('users').delete());

async function add(username: string, role: Role = 'user'): Promise<number> {
  const user = {
    username,
    email: `${username}@example.org`,
    passwordHash: '-',
    role,
    createdAt: NOW,
    approvedAt: NOW,
  };
  return (await insertUser(database.db, user)) as number;
}

async function openSessions(userId: number, count: number): Promise<void> {
  const times = { createdAt: NOW, lastSeenAt: NOW, expiresAt: NOW + 1, endsAt: NOW + 1 };
  for (let index = 0; index < count; index += 1) {
    const idHash = randomBytes(32).toString('hex');
    await insertSession(database.db, {
      ...times,
      idHash,
      userId,
      address: '192.0.2.1',
      userAgent: '',
      data: '{}',
    });
  }
}

const sessionsOf = (id: number) => database.db('sessions').where('user_id', id).pluck('id_hash');
const disabledAt = async (id: number) =>
  (await database.db('users').where({ id }).first('disabled_at')).disabled_at;

test('a disabled member has the time of it and no session left; others keep theirs', async () => {
  await add('ana', 'admin');
  const alice = await add('alice');
  const bob = await add('bob');
  await openSessions(alice, 3);
  await openSessions(bob, 1);
  expect(await disableMember(context(), OPS, alice)).toMatchObject({ ok: true });
  expect(await disabledAt(alice)).toBe(NOW);
  expect(await sessionsOf(alice)).toEqual([]);
  expect(await disabledAt(bob)).toBeNull();
  expect(await sessionsOf(bob)).toHaveLength(1);
});

test('who is enabled again has no mark left, and no session either', async () => {
  const alice = await add('alice');
  await openSessions(alice, 1);
  await disableMember(context(), OPS, alice);
  await enableMember(context(), OPS, alice);
  expect(await disabledAt(alice)).toBeNull();
  expect(await sessionsOf(alice)).toEqual([]);
});

test('the last admin cannot be disabled and keeps the session', async () => {
  const ana = await add('ana', 'admin');
  await add('mina', 'moderator');
  await openSessions(ana, 1);
  expect(await disableMember(context(), OPS, ana)).toEqual({ ok: false, problem: 'last-admin' });
  expect(await disabledAt(ana)).toBeNull();
  expect(await sessionsOf(ana)).toHaveLength(1);
});

test('an admin who is disabled already does not count as another one', async () => {
  const ana = await add('ana', 'admin');
  const ben = await add('ben', 'admin');
  expect(await disableMember(context(), OPS, ben)).toMatchObject({ ok: true });
  expect(await disableMember(context(), OPS, ana)).toEqual({ ok: false, problem: 'last-admin' });
  await enableMember(context(), OPS, ben);
  expect(await disableMember(context(), OPS, ana)).toMatchObject({ ok: true });
});

test('members and moderators can be disabled while one admin is there', async () => {
  await add('ana', 'admin');
  for (const role of ['user', 'moderator'] as const) {
    expect(await disableMember(context(), OPS, await add(`one-${role}`, role))).toMatchObject({ ok: true });
  }
});

test('of two admins who disable each other at the same instant exactly one stays', async () => {
  for (let round = 0; round < 5; round += 1) {
    const ana = await add(`ana-${round}`, 'admin');
    const ben = await add(`ben-${round}`, 'admin');
    const outcomes = await Promise.all([
      disableMember(context(), OPS, ana),
      disableMember(context(), OPS, ben),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect([await disabledAt(ana), await disabledAt(ben)].filter((at) => at === null)).toHaveLength(1);
    await database.db('users').update({ disabled_at: 1 });
  }
});

test('of many admins disabled at the same instant one stays', async () => {
  const admins = [];
  for (let index = 0; index < 8; index += 1) admins.push(await add(`admin-${index}`, 'admin'));
  const outcomes = await Promise.all(admins.map((id) => disableMember(context(), OPS, id)));
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([{ ok: false, problem: 'last-admin' }]);
  expect(await activeAdminExists(database.db)).toBe(true);
});

test('each is written down once, with who did it; what is so already and who is not there changes nothing', async () => {
  await add('ana', 'admin');
  const alice = await add('alice');
  for (const change of [disableMember, enableMember]) {
    expect(await change(context(), OPS, alice)).toEqual({ ok: true, username: 'alice' });
    expect(await change(context(), OPS, alice)).toEqual({ ok: false, problem: 'unchanged' });
  }
  expect(await disableMember(context(), OPS, 999_999)).toEqual({ ok: false, problem: 'unknown' });
  expect(await enableMember(context(), OPS, 999_999)).toEqual({ ok: false, problem: 'unknown' });
  const rows = await readAllOf(database.db, alice);
  expect(rows.map(({ action, actorKind }) => [action, actorKind])).toEqual([
    ['account.disabled', 'operator'],
    ['account.enabled', 'operator'],
  ]);
  expect(await verifyChain(database.db)).toMatchObject({ ok: true });
});
