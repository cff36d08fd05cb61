import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accountContext, newBrowserAt } from '../../testing/account-context.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { TEXTS as NEW_ACCOUNT_TEXTS } from '../new-account.ts';
import { createPasswordHasher, type PasswordHasher } from '../password-hasher.ts';
import { isSetupOpen, makeSetupToken, setUpFirstAdmin } from './setup.ts';

let hasher: PasswordHasher;
let database: TestDatabase;
beforeAll(async () => {
  hasher = await createPasswordHasher(4, { threads: 1 });
  database = await openTestDatabase();
});
afterAll(async () => {
  await hasher.close();
  await database.drop();
});
beforeEach(async () => {
  await database.db('setup_tokens').delete();
  await database.db('users').delete();
});

const context = () => accountContext(database.db, hasher);
const client = newBrowserAt('192.0.2.1');

const form = (username: string) => ({
  username,
  email: `${username}@example.org`,
  password: PASSWORD,
  password_confirmation: PASSWORD,
});

const admins = () => database.db('users').where('role', 'admin').orderBy('id').pluck('username');

async function newToken(): Promise<string> {
  const token = await makeSetupToken(context());
  expect(token).toMatch(/^[\w-]{43}$/);
  return token as string;
}

describe('a set-up link', () => {
  test('makes the first admin once and dies with that (ASVS 6.3.2)', async () => {
    const token = await newToken();
    expect(await isSetupOpen(context(), token)).toBe(true);
    expect(await setUpFirstAdmin(context(), token, form('ana'), client)).toEqual({ ok: true });
    expect(await admins()).toEqual(['ana']);
    expect(await isSetupOpen(context(), token)).toBe(false);
    expect(await setUpFirstAdmin(context(), token, form('ben'), client)).toEqual({
      ok: false,
      problem: 'closed',
    });
    expect(await database.db('setup_tokens').select()).toEqual([]);
    expect(await admins()).toEqual(['ana']);
  });

  test('gives an admin who can log in with the password typed', async () => {
    await setUpFirstAdmin(context(), await newToken(), form('ana'), client);
    const row = await database.db('users').first();
    expect(row).toMatchObject({ email: 'ana@example.org', disabled_at: null });
    expect(await hasher.verify(PASSWORD, row.password_hash)).toBe(true);
  });

  test('is stored as a hash only', async () => {
    const token = await newToken();
    expect(JSON.stringify(await database.db('setup_tokens').select())).not.toContain(token);
  });

  test('is replaced by a newer one', async () => {
    const old = await newToken();
    const fresh = await newToken();
    expect(await isSetupOpen(context(), old)).toBe(false);
    expect(await setUpFirstAdmin(context(), old, form('ana'), client)).toEqual({
      ok: false,
      problem: 'closed',
    });
    expect(await isSetupOpen(context(), fresh)).toBe(true);
    expect(await setUpFirstAdmin(context(), fresh, form('ana'), client)).toEqual({ ok: true });
  });

  test.each(['', 'x', 'A'.repeat(43)])('that was never made opens nothing: "%s"', async (token) => {
    await newToken();
    expect(await isSetupOpen(context(), token)).toBe(false);
    expect(await setUpFirstAdmin(context(), token, form('ana'), client)).toEqual({
      ok: false,
      problem: 'closed',
    });
    expect(await admins()).toEqual([]);
  });

  test('is closed once there is an admin by another way, and none is made any more', async () => {
    const token = await newToken();
    await addPerson(context(), 'ana', 'admin');
    expect(await isSetupOpen(context(), token)).toBe(false);
    expect(await setUpFirstAdmin(context(), token, form('ben'), client)).toEqual({
      ok: false,
      problem: 'closed',
    });
    expect(await makeSetupToken(context())).toBeUndefined();
    expect(await admins()).toEqual(['ana']);
  });

  test('is made while the only admin is disabled: nobody could run the store', async () => {
    const id = await addPerson(context(), 'ana', 'admin');
    await database.db('users').where({ id }).update({ disabled_at: 1 });
    await newToken();
  });

  test('is made while there are members and moderators only', async () => {
    await addPerson(context(), 'alice');
    await addPerson(context(), 'mina', 'moderator');
    await newToken();
  });
});

describe('a form that is refused', () => {
  test('tells every error at once and keeps the link', async () => {
    const token = await newToken();
    const outcome = await setUpFirstAdmin(context(), token, { username: 'admin', password: 'short' }, client);
    expect(outcome).toMatchObject({ ok: false, problem: 'invalid' });
    expect(Object.keys((outcome as { errors: object }).errors).sort()).toEqual([
      'email',
      'password',
      'password_confirmation',
      'username',
    ]);
    expect(await isSetupOpen(context(), token)).toBe(true);
  });

  test('because the name is taken keeps the link', async () => {
    const token = await newToken();
    await addPerson(context(), 'alice');
    expect(await setUpFirstAdmin(context(), token, form('ALICE'), client)).toEqual({
      ok: false,
      problem: 'invalid',
      errors: {
        username: NEW_ACCOUNT_TEXTS.usernameTaken,
        email: NEW_ACCOUNT_TEXTS.emailTaken,
      },
      taken: ['username', 'email'],
    });
    expect(await setUpFirstAdmin(context(), token, form('ana'), client)).toEqual({ ok: true });
  });

  /** A store in which somebody comes in while a password is hashed. */
  const interrupted = (...person: [name: string, role?: 'admin']) => ({
    ...context(),
    hasher: {
      ...hasher,
      async hash(password: string) {
        await addPerson(context(), ...person);
        return hasher.hash(password);
      },
    },
  });

  test('because another way made an admin while the password was hashed makes no second one', async () => {
    const token = await newToken();
    expect(await setUpFirstAdmin(interrupted('ana', 'admin'), token, form('ben'), client)).toEqual({
      ok: false,
      problem: 'closed',
    });
    expect(await admins()).toEqual(['ana']);
  });

  test('because the name was taken while the password was hashed keeps the link', async () => {
    const token = await newToken();
    expect(await setUpFirstAdmin(interrupted('alice'), token, form('alice'), client)).toMatchObject({
      problem: 'invalid',
      errors: { username: NEW_ACCOUNT_TEXTS.usernameTaken },
    });
    expect(await admins()).toEqual([]);
    expect(await isSetupOpen(context(), token)).toBe(true);
  });
});

describe('two at once', () => {
  test('with the same link make one admin', async () => {
    const token = await newToken();
    const names = ['ana', 'ben', 'cleo', 'dan', 'eva'];
    const outcomes = await Promise.all(
      names.map((name) => setUpFirstAdmin(context(), token, form(name), client)),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual(Array(4).fill({ ok: false, problem: 'closed' }));
    expect(await admins()).toHaveLength(1);
  });

  test('that ask for a link leave one that opens', async () => {
    for (let round = 0; round < 8; round += 1) {
      const tokens = await Promise.all(Array.from({ length: 6 }, newToken));
      const open = await Promise.all(tokens.map((token) => isSetupOpen(context(), token)));
      expect(open.filter(Boolean)).toHaveLength(1);
    }
  });
});
