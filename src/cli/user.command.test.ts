import { userInfo } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TEXTS as NEW_ADMIN_NOTICES_TEXTS } from '../accounts/events/new-admin-notices.ts';
import { insertUser } from '../accounts/users.table.ts';
import { personalOf } from '../audit/audit.ts';
import { verifyChain } from '../audit/audit-chain.ts';
import type { Role } from '../permissions.ts';
import { DEFAULT_SETTINGS } from '../settings/store-settings.ts';
import { readAfter } from '../testing/audit.ts';
import { type CommandLine, openCommandLine } from '../testing/command-line.ts';
import { lastMailTo, mailsTo } from '../testing/mailbox.ts';
import { TEXTS as USER_ACTIONS_TEXTS } from './user-actions.ts';

let line: CommandLine;
let ids: Record<string, number>;
beforeAll(async () => {
  line = await openCommandLine();
});
afterAll(() => line.close());
beforeEach(async () => {
  for (const table of ['sessions', 'authenticator_apps', 'outbox', 'account_links', 'users'])
    await line.db(table).delete();
  ids = { ana: await add('ana', 'admin'), bob: await add('bob', 'user') };
});

async function add(username: string, role: Role): Promise<number> {
  const at = Date.now();
  const email = `${username}@example.org`;
  const user = { username, email, role, passwordHash: '-', createdAt: at, approvedAt: at };
  return (await insertUser(line.db, user)) as number;
}

const rowOf = (username: string) => line.db('users').where({ username }).first();

/** The newest row of the audit log. */
async function lastAction() {
  const rows = await readAfter(line.db, 0, 10_000);
  const row = rows.at(-1);
  if (!row) throw new Error('The audit log is empty.');
  return { ...row, ...personalOf(row) };
}

async function logIn(username: string): Promise<void> {
  const at = Date.now();
  await line.db('sessions').insert({
    id_hash: username,
    user_id: ids[username],
    created_at: at,
    last_seen_at: at,
    expires_at: at + 60_000,
    ends_at: at + 60_000,
    address: '192.0.2.1',
    user_agent: 'Firefox',
    data: '{}',
  });
}

/** Has a program be logged in as bob, who also has two personal access tokens, one of them expired. */
async function addPrograms(): Promise<void> {
  const at = Date.now();
  await line.db('token_families').insert({
    id: 'app',
    user_id: ids.bob,
    created_at: at,
    last_used_at: at,
    expires_at: at + 60_000,
    ends_at: at + 60_000,
    address: '192.0.2.1',
    user_agent: 'app',
  });
  const token = (name: string, expiresAt: number) => ({
    user_id: ids.bob,
    token_hash: name,
    name,
    scopes: 'profile:read',
    created_at: 1,
    expires_at: expiresAt,
  });
  await line.db('personal_access_tokens').insert([token('script', at + 60_000), token('old', at - 1)]);
}

describe('user create', () => {
  const CREATE = [
    'user',
    'create',
    '--username',
    'carol',
    '--email',
    'carol@example.org',
    '--reason',
    'founder',
  ];

  test('makes an account, prints its one-time link, mails it, and writes down who did it and why', async () => {
    line.settings.PUBLIC_URL = 'http://shop.example:8080';
    const { code, out, err } = await line.run(...CREATE, '--role', 'moderator');
    expect([code, err]).toEqual([0, '']);
    const [link = ''] = /http:\/\/shop\.example:8080\/\S+/.exec(out) ?? [];
    const mail = await lastMailTo(line, 'carol@example.org');
    expect(mail.message.action?.path).toBe(new URL(link).pathname);
    expect(mail.message.paragraphs[0]).toContain(DEFAULT_SETTINGS.storeName);
    expect(await rowOf('carol')).toMatchObject({ role: 'moderator', password_hash: '!' });
    expect(await lastAction()).toMatchObject({
      action: 'account.created',
      actorKind: 'operator',
      actorId: null,
      subjectId: (await rowOf('carol')).id,
      operator: userInfo().username,
      details: { role: 'moderator', reason: 'founder' },
    });
    expect(await verifyChain(line.db)).toMatchObject({ ok: true });
  });

  test('gives the role of a member where none is named', async () => {
    expect(await line.json(...CREATE)).toMatchObject({ code: 0, ok: true, username: 'carol' });
    expect((await rowOf('carol')).role).toBe('user');
  });

  test('tells everything that is wrong at once, field by field', async () => {
    const refused = await line.json('user', 'create', '--username', 'ana', '--email', 'x', '--reason', ' ');
    expect(refused).toMatchObject({ code: 1, ok: false, error: { code: 'invalid' } });
    expect(Object.keys(refused.error.fields).sort()).toEqual(['email', 'reason', 'username']);
  });

  test('of two at the same instant for one name, one is made and the other told', async () => {
    const other = CREATE.map((word) => word.replace('@', '-2@'));
    const both = await Promise.all([line.run(...CREATE), line.run(...other)]);
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(both.map(({ err }) => err).join('')).toMatch(/^gatehouse: .*taken.*\n$/);
  });

  test('takes no king', async () => {
    const { code, err } = await line.run(...CREATE, '--role', 'king');
    expect([code, err.split('\n').length]).toEqual([2, 2]);
    expect(err).toContain('Allowed choices are user, moderator, admin');
    expect(await rowOf('carol')).toBeUndefined();
  });
});

describe('user list', () => {
  const names = async (...options: string[]) => {
    const { members } = await line.json('user', 'list', ...options);
    return members.map(({ username }: { username: string }) => username);
  };
  beforeEach(async () => {
    await add('mod-mina', 'moderator');
    await add('zoe', 'user');
    await line.db('users').where('username', 'zoe').update({ disabled_at: 1 });
  });

  test('lists members by name, with what they are', async () => {
    const { code, out } = await line.run('user', 'list');
    expect(code).toBe(0);
    const [head, ...lines] = out.trimEnd().split('\n');
    expect(head).toMatch(/^USERNAME +E-MAIL +ROLE +STATE +TWO-FACTOR +MADE$/);
    expect(lines).toHaveLength(4);
    expect(lines[3]).toMatch(/^zoe +zoe@example.org +user +disabled +no +\d{4}-\d\d-\d\d$/);
    const { members, more } = await line.json('user', 'list');
    expect(more).toBe(false);
    expect(Object.keys(members[0]).join(' ')).toBe(
      'id username email role state emailVerifiedAt twoFactorSince createdAt',
    );
  });

  test.each([
    [[], ['ana', 'bob', 'mod-mina', 'zoe']],
    [['--role', 'admin'], ['ana']],
    [['--state', 'disabled'], ['zoe']],
    [['--role', 'user', '--state', 'active'], ['bob']],
    [['--search', 'MOD-m'], ['mod-mina']],
    [
      ['--search', 'example'],
      ['ana', 'bob', 'mod-mina', 'zoe'],
    ],
    [['--search', 'zoe@example.org'], ['zoe']],
    [['--search', '\u001b[31m'], []],
    [['--search', 'mina'], []],
    [['--search', 'mod%'], []],
    [['--search', "' or 1=1 --"], []],
    [['--state', 'waiting'], []],
    [['--limit', '1'], ['ana']],
  ])('%j finds %j', async (options, found) => {
    expect(await names(...options)).toEqual(found);
  });

  test('says that more fit than it lists, and that nobody fits', async () => {
    expect((await line.run('user', 'list', '--limit', '3')).out).toContain('These are the first 3.');
    expect((await line.json('user', 'list', '--limit', '3')).more).toBe(true);
    expect(await line.run('user', 'list', '--search', 'nobody')).toEqual({
      code: 0,
      out: 'Nobody fits.\n',
      err: '',
    });
  });

  test('does not take an empty search for everybody', async () => {
    expect(await line.json('user', 'list', '--search', ' ')).toMatchObject({
      code: 1,
      error: { code: 'invalid' },
    });
  });

  test.each([
    ['--role', 'king'],
    ['--state', 'odd'],
    ['--limit', '0'],
    ['--limit', '1001'],
    ['--limit', '-5'],
    ['--limit', '1e2'],
  ])('takes no %s %s', async (option, value) => {
    expect((await line.run('user', 'list', option, value)).code).toBe(2);
  });
});

describe('user show', () => {
  test.each(['BOB', 'Bob@example.org'])(
    'finds a member by %s and prints nothing that opens the account',
    async (name) => {
      await logIn('bob');
      await addPrograms();
      const { code, out } = await line.run('user', 'show', name);
      expect(code).toBe(0);
      expect(out).toMatch(
        /^username +bob\ne-mail +bob@example.org \(not confirmed\)\nrole +user\nstate +active\n/,
      );
      expect(out).toMatch(/^logged in on +1 device, 1 program\ntokens +1 personal access token\n/m);
      const shown = await line.json('user', 'show', name);
      expect(Object.keys(shown).join(' ')).toBe(
        'code ok id username email role state emailVerifiedAt twoFactor sessions programs personalTokens createdAt closingAt',
      );
      expect(shown).toMatchObject({ username: 'bob', state: 'active', closingAt: null });
      expect(shown).toMatchObject({ sessions: 1, programs: 1, personalTokens: 1 });
    },
  );

  test('says of whom nobody knows that nobody does, without obeying what the name tells the terminal', async () => {
    const { code, out, err } = await line.run('user', 'show', 'bob\u001b[2J\u009b31m\u202e\nana');
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(`gatehouse: ${USER_ACTIONS_TEXTS.unknown('bob\\u001b[2J\\u009b31m\\u202e ana')}\n`);
    const raw = (await line.run('user', 'show', 'bob\u001b\u009b\u202e', '--json')).out;
    expect(raw).toMatch(/^[ -~]+\n$/);
    expect(JSON.parse(raw).error.message).toContain('bob\u001b\u009b\u202e.');
  });
});

describe('what is done to a member', () => {
  test('role: counts, is mailed, and tells before and after', async () => {
    await line.db('users').where({ username: 'bob' }).update({ email_verified_at: 1 });
    expect(await line.run('user', 'role', 'bob', 'moderator', '--reason', 'helps out')).toEqual({
      code: 0,
      out: 'bob now has the role moderator.\n',
      err: '',
    });
    expect((await rowOf('bob')).role).toBe('moderator');
    expect(await lastAction()).toMatchObject({
      action: 'role.changed',
      details: { from: 'user', to: 'moderator', reason: 'helps out' },
      operator: userInfo().username,
    });
    const mail = await lastMailTo(line, 'bob@example.org');
    expect(mail.message.paragraphs.join(' ')).toContain('helps out');
    expect(await mailsTo(line, 'ana@example.org')).toEqual([]);
  });

  test('role admin, and create with it: every administrator is mailed', async () => {
    await line.run('user', 'role', 'bob', 'admin', '--reason', 'runs the store');
    const address = ['--email', 'dora@example.org', '--role', 'admin', '--reason', 'joins the board'];
    await line.run('user', 'create', '--username', 'dora', ...address);
    const subjects = (await mailsTo(line, 'ana@example.org')).map(({ message }) => message.subject);
    expect(subjects).toEqual([
      NEW_ADMIN_NOTICES_TEXTS.subject('bob'),
      NEW_ADMIN_NOTICES_TEXTS.subject('dora'),
    ]);
  });

  test('disable and enable: shut the account, end its sessions, and open it again', async () => {
    await logIn('bob');
    expect((await line.run('user', 'disable', 'bob', '--reason', 'left')).code).toBe(0);
    expect((await rowOf('bob')).disabled_at).not.toBeNull();
    expect(await line.db('sessions').select()).toEqual([]);
    expect((await line.json('user', 'show', 'bob')).state).toBe('disabled');
    expect((await line.run('user', 'enable', 'bob@example.org', '--reason', 'back')).code).toBe(0);
    expect((await rowOf('bob')).disabled_at).toBeNull();
  });

  test('reset-2fa: removes the app, also of the only admin, who is locked out without it', async () => {
    const app = { user_id: ids.ana, encrypted_secret: '-', created_at: 1, confirmed_at: 1, last_step: 0 };
    await line.db('authenticator_apps').insert(app);
    await line.db('users').where({ id: ids.ana }).update({ two_factor_since: 1 });
    expect((await line.run('user', 'reset-2fa', 'ana', '--reason', 'lost phone')).code).toBe(0);
    expect((await rowOf('ana')).two_factor_since).toBeNull();
    expect(await lastAction()).toMatchObject({ action: 'two-factor.removed-by-store', subjectId: ids.ana });
  });

  test('end-sessions: logs out everywhere, programs as well, and leaves personal access tokens', async () => {
    await logIn('bob');
    await addPrograms();
    const { code, out } = await line.run('user', 'end-sessions', 'bob', '--reason', 'lost laptop');
    expect([code, out]).toEqual([
      0,
      'bob is logged out on every device and in every program. Personal access tokens stay.\n',
    ]);
    expect(await line.db('sessions').select()).toEqual([]);
    expect(await line.db('token_families').select()).toEqual([]);
    expect(await line.db('personal_access_tokens').select()).toHaveLength(2);
    expect(await lastAction()).toMatchObject({ action: 'sessions.ended-by-store' });
  });

  test.each([
    [['user', 'enable', 'bob'], 'bob is not disabled.'],
    [['user', 'reset-2fa', 'bob'], 'bob has no second factor.'],
    [['user', 'end-sessions', 'bob'], 'bob is not logged in anywhere.'],
    [['user', 'role', 'bob', 'user'], 'bob has the role user already.'],
  ])('%j has nothing to do, says so, and writes nothing down', async (command, told) => {
    const before = await lastAction();
    expect(await line.json(...command, '--reason', 'why not')).toEqual({
      code: 1,
      ok: false,
      error: { code: 'unchanged', message: told },
    });
    expect(await lastAction()).toEqual(before);
    expect(await mailsTo(line, 'bob@example.org')).toEqual([]);
  });

  test.each([[['role', 'ana', 'user']], [['disable', 'ana']]])(
    '%j is refused to the last admin',
    async (command) => {
      const { code, out, err } = await line.run('user', ...command, '--reason', 'retires');
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/^gatehouse: ana is the last active administrator.*\n$/);
      expect(await rowOf('ana')).toMatchObject({ role: 'admin', disabled_at: null });
    },
  );

  test('of two admins who are demoted at the same instant one stays', async () => {
    await add('mod-mina', 'admin');
    const both = await Promise.all(
      ['ana', 'mod-mina'].map((name) => line.run('user', 'role', name, 'user', '--reason', 'x')),
    );
    expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
    expect(await line.db('users').where('role', 'admin').select()).toHaveLength(1);
  });

  test.each([
    [['disable', 'bob'], '--reason'],
    [['role', 'bob', 'admin'], '--reason'],
    [['disable', '--reason', 'x'], 'missing required argument'],
    [['role', 'bob', 'king', '--reason', 'x'], 'Allowed choices are user, moderator, admin'],
    [['disable', 'bob', 'ana', '--reason', 'x'], 'too many arguments'],
    [['disable', 'bob', '--reason', 'x', '--force'], 'unknown option'],
    [['delete', 'bob'], 'unknown command'],
    [[], 'a command is missing'],
  ])('%j is wrong usage', async (args, told) => {
    const { code, out, err } = await line.run('user', ...args);
    expect([code, out]).toEqual([2, '']);
    expect(err.trimEnd().split('\n').at(-1)).toContain(told);
    expect(await line.json('user', ...args)).toMatchObject({ code: 2, ok: false, error: { code: 'usage' } });
    expect((await rowOf('bob')).disabled_at).toBeNull();
  });

  test('a reason that is too long is refused', async () => {
    const refused = await line.json('user', 'disable', 'bob', '--reason', 'x'.repeat(501));
    expect(refused).toMatchObject({
      code: 1,
      error: { code: 'invalid', fields: { reason: expect.any(String) } },
    });
  });

  test('is refused where the key is not to be found, and none is made', async () => {
    const { SECRET_KEY = '' } = line.settings;
    delete line.settings.SECRET_KEY;
    const { code, err } = await line.run('user', 'disable', 'bob', '--reason', 'x');
    line.settings.SECRET_KEY = SECRET_KEY;
    expect([code, err]).toEqual([1, expect.stringContaining('secret.key')]);
    expect((await rowOf('bob')).disabled_at).toBeNull();
  });
});
