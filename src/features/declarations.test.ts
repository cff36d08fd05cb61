import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eraseClosedAccounts } from '../accounts/closure/closure.ts';
import { FEATURES } from '../feature-list.ts';
import { declineMember, deleteMember } from '../members/membership.ts';
import { paths } from '../paths.ts';
import { DAY } from '../shared/clock.ts';
import { startTestApp, type TestApp } from '../testing/app.ts';
import { memberActionOf } from '../testing/member-actions.ts';
import { addPerson, PASSWORD } from '../testing/people.ts';
import { alertsOf } from '../testing/visitor.ts';
import type { Feature } from './feature.ts';

const ORDER = 'You have an open order. Close the account when it has arrived.';

/** A feature to come: its orders are kept, the names on them not, and an open one keeps an account open. */
const orders: Feature = {
  name: 'orders',
  personalData: [
    { table: 'test_orders', erasure: { keep: 'the books need them' } },
    { table: 'test_addresses', erasure: { anonymise: { name: null } } },
    { table: 'test_carts', erasure: 'delete' },
  ],
  mayClose: async (trx, userId) =>
    (await trx('test_orders').where({ user_id: userId, is_open: 1 }).first()) ? ORDER : undefined,
};

let app: TestApp;
let ana: number;
let alice: number;
beforeAll(async () => {
  app = await startTestApp();
  app.context.features = [...FEATURES, orders];
  const { db } = app.context;
  for (const table of ['test_orders', 'test_addresses', 'test_carts'])
    await db.schema.createTable(table, (columns) => {
      columns.bigInteger('user_id').notNullable();
      columns.string('name');
      columns.integer('is_open').notNullable().defaultTo(0);
    });
  ana = await addPerson(app.context, 'ana', 'admin');
  alice = await addPerson(app.context, 'alice');
  for (const table of ['test_orders', 'test_addresses', 'test_carts'])
    await db(table).insert({ user_id: alice, name: 'Alice', is_open: 1 });
});
afterAll(async () => {
  for (const table of ['test_orders', 'test_addresses', 'test_carts'])
    await app.context.db.schema.dropTable(table);
  await app.close();
});

describe('an account with open business', () => {
  test('is not closed by its member, who reads why', async () => {
    const visitor = app.visitor();
    await visitor.logIn('alice', PASSWORD);
    const refused = await visitor.submit(paths.closing(), { username: 'alice' });
    expect(refused.status).toBe(422);
    expect(alertsOf(refused.text)).toEqual([expect.stringContaining(ORDER)]);
  });

  test('is not deleted by an administrator', async () => {
    expect(await deleteMember(app.context, memberActionOf(ana), alice)).toEqual({
      ok: false,
      problem: 'open-business',
      reason: ORDER,
    });
  });
});

test('who waits with open business is not declined', async () => {
  const { db } = app.context;
  await db('users').where('id', alice).update({ approved_at: null });
  const context = { ...app.context, settings: { ...app.context.settings, membership: 'approval' as const } };
  expect(await declineMember(context, memberActionOf(ana), alice)).toEqual({
    ok: false,
    problem: 'open-business',
    reason: ORDER,
  });
  await db('users').where('id', alice).update({ approved_at: 1 });
});

test('an erasure deletes, anonymises and keeps what each feature declares', async () => {
  const { db } = app.context;
  await db('test_orders').update({ is_open: 0 });
  expect(await deleteMember(app.context, memberActionOf(ana), alice)).toMatchObject({ ok: true });
  app.passTime(15 * DAY);
  await eraseClosedAccounts(app.context);
  expect(await db('test_orders').pluck('name')).toEqual(['Alice']);
  expect(await db('test_addresses').select('user_id', 'name')).toEqual([{ user_id: alice, name: null }]);
  expect(await db('test_carts')).toEqual([]);
  expect(await db('users').where({ id: alice }).first('username')).toEqual({ username: `erased #${alice}` });
});
