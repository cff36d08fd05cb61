import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accountContext, newBrowserAt } from '../../testing/account-context.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import { createPasswordHasher, type PasswordHasher } from '../password-hasher.ts';
import { logIn } from './login.ts';

let database: TestDatabase;
/** Today's cost, and the one of some years ago. */
let hasher: PasswordHasher;
let older: PasswordHasher;
let aliceId: number;
beforeAll(async () => {
  database = await openTestDatabase();
  hasher = await createPasswordHasher(5, { threads: 1 });
  older = await createPasswordHasher(4, { threads: 1 });
});
afterAll(async () => {
  await hasher.close();
  await older.close();
  await database.drop();
});
beforeEach(async () => {
  await database.db('users').delete();
  await database.db('rate_limits').delete();
  aliceId = await addPerson({ db: database.db, hasher: older, clock: Date.now }, 'alice');
});

const context = () => accountContext(database.db, hasher);
const client = newBrowserAt('192.0.2.1');
const enter = (username: string, password: string) => logIn(context(), { username, password }, client);
const storedHash = async () => (await database.db('users').where({ id: aliceId }).first()).password_hash;

describe('a hash made at an older cost', () => {
  test('is made anew when its owner logs in, and still opens', async () => {
    const before = await storedHash();
    expect(before).toMatch(/^v1:\$2b\$04\$/);
    expect(await enter('alice', PASSWORD)).toMatchObject({ ok: true });
    const after = await storedHash();
    expect(after).toMatch(/^v1:\$2b\$05\$/);
    expect(await enter('alice', PASSWORD)).toMatchObject({ ok: true });
    expect(await storedHash()).toBe(after);
  });

  test('stays when somebody else tries', async () => {
    const before = await storedHash();
    expect(await enter('alice', 'wrong')).toEqual({ ok: false, problem: 'wrong' });
    expect(await storedHash()).toBe(before);
  });

  test('is made anew for a disabled account too, which stays shut', async () => {
    await database.db('users').where({ id: aliceId }).update({ disabled_at: 1 });
    expect(await enter('alice', PASSWORD)).toEqual({ ok: false, problem: 'disabled' });
    expect(await storedHash()).toMatch(/^v1:\$2b\$05\$/);
  });

  test('does not come back over a password that was changed meanwhile', async () => {
    const changed = await hasher.hash('another-Lantern-8!');
    const slow: PasswordHasher = {
      ...hasher,
      async hash(password) {
        await database.db('users').where({ id: aliceId }).update({ password_hash: changed });
        return hasher.hash(password);
      },
    };
    const credentials = { username: 'alice', password: PASSWORD };
    await logIn({ ...context(), hasher: slow }, credentials, client);
    expect(await storedHash()).toBe(changed);
  });
});

describe('who logs in', () => {
  test('is known without the hash of the password', async () => {
    expect(await enter(' ALICE@example.org ', PASSWORD)).toEqual({
      ok: true,
      user: {
        id: aliceId,
        username: 'alice',
        email: 'alice@example.org',
        role: 'user',
        approvedAt: expect.any(Number),
        disabledAt: null,
        emailVerifiedAt: expect.any(Number),
        twoFactorSince: null,
        lockedAt: null,
        passwordChangedAt: null,
        closingAt: null,
      },
    });
  });

  test.each(['', ' ', 'nobody', 'nobody@example.org', "alice' or '1'='1", '%', 'alice@', '@'])(
    'is nobody as "%s"',
    async (username) => {
      expect(await enter(username, PASSWORD)).toEqual({ ok: false, problem: 'wrong' });
    },
  );
});
