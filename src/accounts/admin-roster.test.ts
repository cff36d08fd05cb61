import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { insertUser, lockUser, updateUser } from './users.table.ts';

// What keeps two nodes of a cluster apart is a row that both write; the test of a cluster shows that it does.

let database: TestDatabase;
let ids: Record<'admin' | 'moderator' | 'user', number>;
beforeAll(async () => {
  database = await openTestDatabase();
  const add = async (role: keyof typeof ids) => {
    const names = { username: role, email: `${role}@example.org`, passwordHash: '-' };
    const id = await insertUser(database.db, { ...names, role, createdAt: 1, approvedAt: 1 });
    if (id === undefined) throw new Error('There is one already.');
    return id;
  };
  ids = { admin: await add('admin'), moderator: await add('moderator'), user: await add('user') };
});
afterAll(() => database.drop());

type Change = (trx: Transaction) => Promise<unknown>;
const roster = async () => (await database.db('admin_roster').first('changes')).changes;

test.each<[string, boolean, Change]>([
  ['an admin is disabled', true, (trx) => updateUser(trx, ids.admin, { disabledAt: 1 })],
  ['an admin is enabled', true, (trx) => updateUser(trx, ids.admin, { disabledAt: null })],
  ['an admin leaves', true, (trx) => updateUser(trx, ids.admin, { closingAt: 1 })],
  ['an admin comes back', true, (trx) => updateUser(trx, ids.admin, { closingAt: null })],
  ['an admin becomes a member', true, (trx) => updateUser(trx, ids.admin, { role: 'user' })],
  ['a member becomes an admin', true, (trx) => updateUser(trx, ids.admin, { role: 'admin' })],
  ['a member becomes a moderator', false, (trx) => updateUser(trx, ids.user, { role: 'moderator' })],
  ['a moderator is disabled', false, (trx) => updateUser(trx, ids.moderator, { disabledAt: 1 })],
  ['a member leaves', false, (trx) => updateUser(trx, ids.user, { closingAt: 1 })],
  ['an admin’s address is confirmed', false, (trx) => updateUser(trx, ids.admin, { emailVerifiedAt: 1 })],
])('when %s the roster of admins is written: %s', async (_what, isWritten, change) => {
  const before = await roster();
  await inTransaction(database.db, change);
  expect((await roster()) > before).toBe(isWritten);
});

test('whatever locks an account writes its row', async () => {
  const count = async () => (await database.db('users').where('id', ids.user).first('lock_count')).lock_count;
  const before = await count();
  await inTransaction(database.db, (trx) => lockUser(trx, ids.user));
  expect(await count()).toBe(before + 1);
});
