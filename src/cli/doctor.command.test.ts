import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { insertUser, NO_PASSWORD } from '../accounts/users.table.ts';
import { record } from '../audit/audit.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Finding } from '../diagnostics/finding.ts';
import { createMailer } from '../mail/mailer.ts';
import type { Role } from '../permissions.ts';
import { createEncryptor, type Encryptor } from '../shared/crypto/encryption.ts';
import { clearLog } from '../testing/audit.ts';
import { type CommandLine, openCommandLine } from '../testing/command-line.ts';

const HOUR = 3_600_000;

let line: CommandLine;
beforeAll(async () => {
  line = await openCommandLine();
});
afterAll(() => line.close());
beforeEach(async () => {
  for (const table of ['authenticator_apps', 'outbox', 'users', 'audit_log']) await line.db(table).delete();
});

async function add(username: string, role: Role, twoFactorSince: number | null = null): Promise<number> {
  const at = Date.now();
  const email = `${username}@example.org`;
  const user = { username, email, role, passwordHash: '-', createdAt: at, approvedAt: at };
  const id = (await insertUser(line.db, user)) as number;
  await line.db('users').where({ id }).update({ two_factor_since: twoFactorSince });
  return id;
}

async function queueMail(encryptor: Encryptor, createdAt: number): Promise<void> {
  const mailer = createMailer({ encryptor, clock: () => createdAt });
  const message = { subject: 'Hello', name: 'bob', paragraphs: [] };
  await inTransaction(line.db, (trx) =>
    mailer.queue(trx, { to: 'bob@example.org', budget: 'unlimited', message }),
  );
}

/** What the doctor found at one place. */
async function found(check: string): Promise<Finding[]> {
  const { checks } = await line.json('doctor');
  return checks.filter((finding: Finding) => finding.check === check);
}

test('looks everywhere, and says so line by line', async () => {
  await add('ana', 'admin', 1);
  const { code, out } = await line.run('doctor');
  expect(code).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines.slice(0, -1).map((text) => text.split(/ +/)[1])).toEqual(
    'node settings host key proxy cookies certificate folder files log metrics processes disk database outbox staff admins audit mail providers'.split(
      ' ',
    ),
  );
  for (const text of lines.slice(0, -1)) expect(text).toMatch(/^(ok {5}|warning|failure) {2}/);
  expect(lines.at(-1)).toBe('0 failures, 2 warnings');
});

test('prints no secret, whatever is set', async () => {
  const before = { ...line.settings };
  Object.assign(line.settings, {
    SMTP_URL: 'smtp://mailer:hush-mail@127.0.0.1:1',
    DATABASE_URL: 'postgres://keeper:hush-db@127.0.0.1:1/store',
  });
  const { code, out, err } = await line.run('doctor');
  const json = await line.run('doctor', '--json');
  Object.assign(line.settings, before);
  delete line.settings.SMTP_URL;
  expect(code).toBe(1);
  expect(out).toMatch(/failure +database .*ECONNREFUSED/);
  expect(out).toMatch(/failure +mail .*ECONNREFUSED/);
  expect(out + err + json.out).not.toMatch(/hush|keeper|mailer|lantern-moss/);
});

test('wrong settings are a failure, and the rest is not looked at', async () => {
  line.settings.PORT = 'abc';
  const { code, checks } = await line.json('doctor');
  delete line.settings.PORT;
  expect(code).toBe(1);
  expect(checks.map(({ check, level }: Finding) => `${check} ${level}`)).toEqual([
    'node ok',
    'settings failure',
  ]);
});

test('a database that is not up to date is a failure', async () => {
  const [row] = await line.db('knex_migrations').orderBy('id', 'desc').limit(1).select();
  await line.db('knex_migrations').where('id', row.id).delete();
  expect(await found('database')).toMatchObject([{ level: 'failure' }]);
  expect((await line.run('doctor')).code).toBe(1);
  expect(await found('staff')).toEqual([]);
  await line.db('knex_migrations').insert(row);
});

test('staff without a second factor are named, but nobody who cannot log in', async () => {
  await add('ana', 'admin', 1);
  expect(await found('staff')).toMatchObject([{ level: 'ok' }]);
  await add('mod-mina', 'moderator');
  await add('bob', 'user');
  const gone = await add('mod-gus', 'moderator');
  await line.db('users').where('id', gone).update({ disabled_at: 1 });
  expect(await found('staff')).toMatchObject([
    { level: 'warning', message: expect.stringContaining(': mod-mina.') },
  ]);
});

test('many of them are counted', async () => {
  for (let number = 10; number < 35; number += 1) await add(`mod-${number}`, 'moderator');
  const [finding] = await found('staff');
  expect(finding?.message).toMatch(/mod-10, .*mod-29, and 5 more\.$/);
});

test('no admin is a failure, one is a warning, two are neither', async () => {
  expect(await found('admins')).toMatchObject([
    { level: 'failure', advice: expect.stringContaining('set-up link') },
  ]);
  expect((await line.run('doctor')).code).toBe(1);
  await add('ana', 'admin');
  expect(await found('admins')).toMatchObject([
    { level: 'warning', message: expect.stringContaining('ana') },
  ]);
  const zoe = await add('zoe', 'admin');
  expect(await found('admins')).toMatchObject([{ level: 'ok' }]);
  // Who is leaving, locked by "This wasn't me" or has no password yet cannot log in.
  for (const cannot of [{ closing_at: 1 }, { locked_at: 1 }, { password_hash: NO_PASSWORD }]) {
    const { closing_at, locked_at, password_hash } = await line.db('users').where('id', zoe).first();
    await line.db('users').where('id', zoe).update(cannot);
    expect(await found('admins')).toMatchObject([
      { level: 'warning', message: expect.stringContaining('ana') },
    ]);
    await line.db('users').where('id', zoe).update({ closing_at, locked_at, password_hash });
  }
});

test('mails that were given up or wait long are counted, others are not', async () => {
  const now = Date.now();
  await queueMail(line.encryptor, now);
  expect(await found('outbox')).toMatchObject([{ level: 'ok' }]);
  await line.db('outbox').update({ created_at: now - 2 * HOUR, last_error: 'ETIMEDOUT' });
  expect(await found('outbox')).toMatchObject([
    { level: 'warning', message: expect.stringMatching(/hour: 1\..*ETIMEDOUT/) },
  ]);
  await line
    .db('outbox')
    .update({ due_at: null, given_up_at: now - HOUR, last_error: 'EENVELOPE RCPT TO 550' });
  expect(await found('outbox')).toMatchObject([
    { level: 'warning', message: expect.stringMatching(/days: 1\..*550/) },
  ]);
  await line.db('outbox').update({ given_up_at: now - 8 * 24 * HOUR });
  expect(await found('outbox')).toMatchObject([{ level: 'ok' }]);
});

test('a key that is not the one the store encrypted with is a failure', async () => {
  const other = createEncryptor('another-key-of-the-same-length-1');
  const ana = await add('ana', 'admin');
  const app = { user_id: ana, created_at: 1, confirmed_at: 1, last_step: 0 };
  await queueMail(line.encryptor, Date.now());
  await line
    .db('authenticator_apps')
    .insert({ ...app, encrypted_secret: line.encryptor.encrypt('K', `authenticator:${ana}`) });
  expect(await found('key')).toMatchObject([{ level: 'ok' }]);

  await line.db('outbox').delete();
  await queueMail(other, Date.now());
  expect(await found('key')).toMatchObject([
    { level: 'ok' },
    { level: 'failure', message: expect.stringContaining('mail') },
  ]);
  await line
    .db('authenticator_apps')
    .update({ encrypted_secret: other.encrypt('K', `authenticator:${ana}`) });
  expect(await found('key')).toMatchObject([
    { level: 'ok' },
    { level: 'failure', message: expect.stringContaining('app') },
  ]);
});

test('says when rows of the audit log have waited for their link for more than a minute', async () => {
  const write = (at: number) =>
    inTransaction(line.db, (trx) => record(trx, at, { action: 'login.failed', actor: { kind: 'guest' } }));
  await write(Date.now());
  expect(await found('audit')).toMatchObject([{ level: 'ok' }]);
  await write(Date.now() - 2 * 60_000);
  expect(await found('audit')).toMatchObject([{ level: 'warning', message: expect.stringContaining(': 1') }]);
  // The clock was set back by an hour since.
  await line.db('audit_log').update({ at: Date.now() + HOUR });
  expect(await found('audit')).toMatchObject([{ level: 'warning', message: expect.stringContaining(': 2') }]);
  await clearLog(line.db);
});
