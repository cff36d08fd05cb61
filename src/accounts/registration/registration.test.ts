import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hashToken } from '../../shared/crypto/random-token.ts';
import { accountContext, newBrowserAt } from '../../testing/account-context.ts';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { mailsTo } from '../../testing/mailbox.ts';
import { addPerson, PASSWORD } from '../../testing/people.ts';
import type { AccountContext } from '../account-context.ts';
import { TEXTS as EMAILS_TEXTS } from '../emails.ts';
import { TEXTS as KNOWN_ADDRESS_TEXTS } from '../known-address.ts';
import { checkNewAccount, TEXTS as NEW_ACCOUNT_TEXTS } from '../new-account.ts';
import { createPasswordHasher, type PasswordHasher } from '../password-hasher.ts';
import { TEXTS as PASSWORDS_TEXTS } from '../passwords.ts';
import { createThrottles } from '../throttles.ts';
import { TEXTS as USERNAMES_TEXTS } from '../usernames.ts';
import { register } from './registration.ts';

let hasher: PasswordHasher;
let database: TestDatabase;
let context: AccountContext;
beforeAll(async () => {
  hasher = await createPasswordHasher(4, { threads: 1 });
  database = await openTestDatabase();
  context = accountContext(database.db, hasher);
  await addPerson(context, 'alice');
});
afterAll(async () => {
  await hasher.close();
  await database.drop();
});

const good = {
  username: 'bob',
  email: 'bob@example.org',
  password: PASSWORD,
  password_confirmation: PASSWORD,
};

/** What a form is known by when it comes again. */
const form = (key: string) => ({ keyHash: hashToken(key), userId: null });

const MISSING = {
  username: USERNAMES_TEXTS.missing,
  email: EMAILS_TEXTS.missing,
  password: PASSWORDS_TEXTS.missing,
  password_confirmation: PASSWORDS_TEXTS.repeat,
};

async function errorsOf(input: unknown): Promise<Record<string, string>> {
  const outcome = await checkNewAccount(context, input);
  return outcome.ok ? {} : outcome.errors;
}

describe('the form of a new account', () => {
  test('that is right gives its values, the names trimmed and the password as typed', async () => {
    const spaced = ` ${PASSWORD} `;
    const input = { username: ' bob ', email: ' Bob@example.org ', role: 'admin' };
    expect(
      await checkNewAccount(context, { ...input, password: spaced, password_confirmation: spaced }),
    ).toEqual({
      ok: true,
      values: { username: 'bob', email: 'Bob@example.org', password: spaced },
    });
  });

  test('tells all errors at once: of shape, of the password’s rules, of names that are taken', async () => {
    expect(
      await errorsOf({
        username: 'ALICE',
        email: 'bob@',
        password: 'alice bob-in-the-Corner Shop',
        password_confirmation: 'x',
      }),
    ).toEqual({
      username: NEW_ACCOUNT_TEXTS.usernameTaken,
      email: EMAILS_TEXTS.shape,
      password: `${PASSWORDS_TEXTS.username} ${PASSWORDS_TEXTS.email} ` + PASSWORDS_TEXTS.store,
      password_confirmation: PASSWORDS_TEXTS.mismatch,
    });
  });

  test('gives the several messages of one field as one text', async () => {
    const { username, password } = await errorsOf({ ...good, username: 'b!', password: 'kvxq' });
    expect(username).toBe(`${USERNAMES_TEXTS.characters} Use 3 to 30 characters.`);
    expect(password).toMatch(/^Use at least 8 characters\. Add an upper-case letter\. Add a digit\./);
  });

  test('does not say of a confirmation that is missing that it differs', async () => {
    expect(await errorsOf({ ...good, password_confirmation: '' })).toEqual({
      password_confirmation: MISSING.password_confirmation,
    });
  });

  test('takes two passwords that differ in case, or by a space, for different', async () => {
    const mismatch = { password_confirmation: PASSWORDS_TEXTS.mismatch };
    expect(await errorsOf({ ...good, password_confirmation: PASSWORD.toLowerCase() })).toEqual(mismatch);
    expect(await errorsOf({ ...good, password_confirmation: `${PASSWORD} ` })).toEqual(mismatch);
  });
});

describe('what is no text', () => {
  test.each([
    ['a list', ['bob', 'bob']],
    ['an object', { toString: 'bob' }],
    ['a number', 7],
    ['null', null],
    ['true', true],
  ])('in every field is an error of that field: %s', async (_kind, value) => {
    const input = { username: value, email: value, password: value, password_confirmation: value };
    expect(await errorsOf(input)).toEqual(MISSING);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['an object without a prototype', Object.create(null)],
    ['a form of other fields', { q: 'tea' }],
  ])('as the whole form says what each field wants: %s', async (_kind, input) => {
    expect(await errorsOf(input)).toEqual(MISSING);
  });

  test.each([['a text'], [7], [['bob']]])('as the whole form is refused: %j', async (input) => {
    expect(await checkNewAccount(context, input)).toMatchObject({ ok: false });
  });
});

describe('names that mean something to JavaScript', () => {
  test('as fields change nothing and are ignored', async () => {
    const input = JSON.parse(
      '{"__proto__": {"role": "admin", "username": "eve"}, "constructor": {"prototype": {"role": "admin"}}}',
    );
    expect(await errorsOf(input)).toEqual(MISSING);
    const outcome = await checkNewAccount(context, Object.assign(Object.create(null), input, good));
    const { password_confirmation: _, ...values } = good;
    expect(outcome).toEqual({ ok: true, values });
    expect(({} as { role?: string }).role).toBeUndefined();
  });

  test('as usernames are names like others', async () => {
    expect(await errorsOf({ ...good, username: '__proto__' })).toEqual({});
    expect(await errorsOf({ ...good, username: 'constructor' })).toEqual({});
  });
});

describe('registering', () => {
  test('stores the names as typed and as compared, a hash and the role of a member', async () => {
    const outcome = await register(
      context,
      { ...good, username: 'Bob', email: 'Bob@Example.org' },
      newBrowserAt('192.0.2.1'),
    );
    expect(outcome.ok).toBe(true);
    const row = await database.db('users').where('username_key', 'bob').first();
    expect(row).toMatchObject({
      id: (outcome as { userId: number }).userId,
      username: 'Bob',
      email: 'Bob@Example.org',
      email_key: 'bob@example.org',
      role: 'user',
      created_at: 1_800_000_000_000,
      disabled_at: null,
    });
    expect(await hasher.verify(PASSWORD, row.password_hash)).toBe(true);
  });

  test('gives an e-mail address to one of those who use it at the same instant, and tells the others', async () => {
    const outcomes = await Promise.all(
      ['carol', 'dave', 'erin'].map((username) =>
        register(context, { ...good, username, email: 'Shared@example.org' }, newBrowserAt('192.0.2.2')),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter(({ ok }) => !ok)).toEqual(
      Array(2).fill({
        ok: false,
        problem: 'invalid',
        taken: ['email'],
        errors: { email: NEW_ACCOUNT_TEXTS.emailTaken },
      }),
    );
  });

  test('twice at the same instant, as by a double click, is one registration and succeeds for both', async () => {
    const fields = { ...good, username: 'frida', email: 'frida@example.org' };
    const outcomes = await Promise.all([
      register(context, fields, newBrowserAt('192.0.2.3'), form('a')),
      register(context, { ...fields }, newBrowserAt('192.0.2.3'), form('a')),
    ]);
    const ids = await database.db('users').where('username_key', 'frida').pluck('id');
    expect(ids).toHaveLength(1);
    expect(outcomes).toEqual(Array(2).fill({ ok: true, userId: ids[0] }));
  });

  test('twice with two forms is one registration and an answer that the names are taken', async () => {
    const fields = { ...good, username: 'gita', email: 'gita@example.org' };
    const outcomes = await Promise.all(
      [form('b'), form('c'), undefined].map((sent) =>
        register(context, fields, newBrowserAt('192.0.2.4'), sent),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter(({ ok }) => !ok)).toMatchObject(Array(2).fill({ taken: ['username', 'email'] }));
  });
});

describe('with MEMBERSHIP=verified', () => {
  const verified = () => {
    const settings = { ...context.settings, membership: 'verified' as const };
    return { ...context, settings, throttles: createThrottles(database.db) };
  };
  const client = newBrowserAt('192.0.2.5');

  test('an address that has an account is answered as a new one, for the same work (ASVS 6.3.8)', async () => {
    const hash = vi.spyOn(hasher, 'hash');
    const known = await register(
      verified(),
      { ...good, username: 'hana', email: 'Alice@example.org' },
      client,
    );
    const fresh = await register(
      verified(),
      { ...good, username: 'ines', email: 'ines@example.org' },
      client,
    );
    expect(known).toEqual({ ok: true, userId: undefined });
    expect(fresh).toEqual(known);
    expect(hash).toHaveBeenCalledTimes(2);
    hash.mockRestore();
    expect(await database.db('users').whereIn('username', ['hana', 'ines']).pluck('username')).toEqual([
      'ines',
    ]);
  });

  test('its mailbox is told that it has an account, with links, and once by a form that is sent twice', async () => {
    await database.db('outbox').delete();
    const fields = { ...good, username: 'hana', email: 'alice@example.org' };
    for (let time = 0; time < 2; time += 1) await register(verified(), fields, client, form('d'));
    const [mail, ...more] = await mailsTo(context, 'alice@example.org');
    expect(more).toEqual([]);
    expect(mail?.message).toMatchObject({
      subject: KNOWN_ADDRESS_TEXTS.subject,
      action: { path: '/login' },
      alarm: { path: '/forgot-password' },
    });
  });

  test.each([
    ['known', 'alice@example.org', '192.0.2.7'],
    ['new', 'karl@example.org', '192.0.2.8'],
  ])(
    'a form that comes again with a %s address costs neither a hash nor a place',
    async (kind, email, from) => {
      const hash = vi.spyOn(hasher, 'hash').mockClear();
      const fields = { ...good, username: `again-${kind}`, email };
      for (let time = 0; time < 25; time += 1) {
        const outcome = await register(verified(), fields, newBrowserAt(from), form(kind));
        expect(outcome).toEqual({ ok: true, userId: undefined });
      }
      expect(hash).toHaveBeenCalledTimes(1);
      hash.mockRestore();
    },
  );

  test('one that is used twice at the same instant goes to one account, and both are answered alike', async () => {
    const outcomes = await Promise.all(
      ['jana', 'jens'].map((username) =>
        register(verified(), { ...good, username, email: 'shared-2@example.org' }, client),
      ),
    );
    expect(outcomes).toEqual(Array(2).fill({ ok: true, userId: undefined }));
    expect(await database.db('users').where('email_key', 'shared-2@example.org').select('id')).toHaveLength(
      1,
    );
  });

  test('a username that is taken is said, and nothing of the address beside it', async () => {
    const outcome = await register(
      verified(),
      { ...good, username: 'alice', email: 'alice@example.org' },
      client,
    );
    expect(outcome).toEqual({
      ok: false,
      problem: 'invalid',
      taken: ['username'],
      errors: { username: NEW_ACCOUNT_TEXTS.usernameTaken },
    });
  });
});
