import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { userRow } from '../testing/tables.ts';
import { insertReturningId } from './dialect.ts';
import { isUniqueViolation } from './dialect-errors.ts';

// What the tables themselves refuse, on each of the three databases, should a rule ever fail to.

let database: TestDatabase;
let categoryId: number;
beforeAll(async () => {
  database = await openTestDatabase();
  categoryId = await insertReturningId(database.db, 'categories', { slug: 'tea', name: 'Tea', position: 0 });
});
afterAll(() => database.drop());

const product = (sku: string, more: object = {}) => ({
  sku,
  slug: sku,
  name: sku,
  name_key: sku,
  search_key: sku,
  description: '',
  unit: 'each',
  price_minor: 100,
  currency: 'INR',
  on_hand: 1,
  category_id: categoryId,
  created_at: 1,
  ...more,
});

async function refusalOf(table: string, row: object): Promise<unknown> {
  return database
    .db(table)
    .insert(row)
    .then(
      () => undefined,
      (error: unknown) => error,
    );
}

describe('users', () => {
  test('are members unless it is said otherwise, and active', async () => {
    const id = await insertReturningId(database.db, 'users', userRow('alice'));
    expect(await database.db('users').where({ id }).first()).toMatchObject({
      role: 'user',
      disabled_at: null,
    });
  });

  test.each(['king', 'Admin', ''])('have one of three roles: not "%s"', async (role) => {
    const refusal = await refusalOf('users', userRow('bob', { role }));
    expect(refusal).toBeInstanceOf(Error);
    expect(isUniqueViolation(refusal)).toBe(false);
  });

  test('have a name and an address that nobody else has', async () => {
    await insertReturningId(database.db, 'users', userRow('carol'));
    expect(isUniqueViolation(await refusalOf('users', userRow('carol', { email_key: 'x' })))).toBe(true);
    expect(
      isUniqueViolation(await refusalOf('users', userRow('dave', { email_key: 'carol@example.org' }))),
    ).toBe(true);
  });
});

describe('sessions', () => {
  const session = (idHash: string, userId: number | null) => ({
    id_hash: idHash,
    user_id: userId,
    created_at: 1,
    last_seen_at: 1,
    expires_at: 1,
    ends_at: 1,
    address: '',
    user_agent: '',
    data: '{}',
  });

  test('belong to somebody who exists, or to nobody', async () => {
    expect(await refusalOf('sessions', session('a', 999_999))).toBeInstanceOf(Error);
    expect(await refusalOf('sessions', session('b', null))).toBeUndefined();
  });

  test('go with their person', async () => {
    const id = await insertReturningId(database.db, 'users', userRow('erin'));
    await database.db('sessions').insert(session('c', id));
    await database.db('users').where({ id }).delete();
    expect(await database.db('sessions').where({ id_hash: 'c' })).toEqual([]);
  });

  test('hold 40 kB of a form that came too late', async () => {
    const data = JSON.stringify({ typed: 'é'.repeat(20_000) });
    await database.db('sessions').insert({ ...session('d', null), data });
    expect((await database.db('sessions').where({ id_hash: 'd' }).first('data')).data).toBe(data);
  });
});

describe('products', () => {
  test.each([
    ['a price below nothing', { price_minor: -1 }],
    ['a stock below nothing', { on_hand: -1 }],
    ['a category that is not there', { category_id: 999_999 }],
    ['a picture that is not there', { picture_id: 999_999 }],
    ['no name', { name: null }],
  ])('are refused with %s', async (_what, more) => {
    expect(await refusalOf('products', product('odd', more))).toBeInstanceOf(Error);
  });

  test('are taken at a price of nothing, out of stock, and at the largest price', async () => {
    expect(await refusalOf('products', product('free', { price_minor: 0, on_hand: 0 }))).toBeUndefined();
    const price = Number.MAX_SAFE_INTEGER;
    expect(await refusalOf('products', product('dear', { price_minor: price }))).toBeUndefined();
    const row = await database.db('products').where({ sku: 'dear' }).first('price_minor');
    expect(row.price_minor).toBe(price);
  });

  test('keep their category from being removed', async () => {
    await database.db('products').insert(product('kept'));
    await expect(database.db('categories').where({ id: categoryId }).delete()).rejects.toThrow();
  });

  test('have a number and an address of their own', async () => {
    await database.db('products').insert(product('one'));
    expect(isUniqueViolation(await refusalOf('products', product('two', { sku: 'one' })))).toBe(true);
    expect(isUniqueViolation(await refusalOf('products', product('two', { slug: 'one' })))).toBe(true);
  });
});

describe('invitations', () => {
  const invitation = (email: string, more: object = {}) => ({
    email,
    email_key: email,
    open_key: email,
    role: 'user',
    reason: '',
    created_at: 1,
    ends_at: 1,
    ...more,
  });

  test('stand once for each address, and any number of them are over', async () => {
    const { db } = database;
    await db('invitations').insert(invitation('gina@example.org'));
    expect(isUniqueViolation(await refusalOf('invitations', invitation('gina@example.org')))).toBe(true);
    for (let time = 0; time < 2; time += 1) {
      const over = invitation('gina@example.org', { open_key: null });
      expect(await refusalOf('invitations', over)).toBeUndefined();
    }
  });

  test('give a role that there is', async () => {
    const row = invitation('hank@example.org', { role: 'owner' });
    expect(await refusalOf('invitations', row)).toBeInstanceOf(Error);
  });
});
