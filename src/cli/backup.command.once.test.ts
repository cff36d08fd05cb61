import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertUser } from '../accounts/users.table.ts';
import { record } from '../audit/audit.ts';
import { linkAudit } from '../audit/audit-chain.ts';
import { readConfig } from '../config/config.ts';
import { inTransaction } from '../database/transaction.ts';
import { mark, unmark } from '../database/unfinished-transfer.ts';
import { BACKGROUND, createLease } from '../jobs/lease.ts';
import { systemClock } from '../shared/clock.ts';
import { type CommandLine, openCommandLine } from '../testing/command-line.ts';
import { everyRow } from '../testing/tables.ts';
import { checkBackup } from './backup/check-backup.ts';
import { restoreInto } from './backup/restore.ts';

let line: CommandLine;
let settings: Record<string, string>;
let folder: string;
let file: string;
beforeAll(async () => {
  line = await openCommandLine();
  settings = { ...line.settings };
  folder = join(line.folder, 'kept');
  file = join(folder, 'store.tar.gz');
  const ana = { username: 'ana', email: 'ana@example.org', passwordHash: '-', role: 'admin' } as const;
  await insertUser(line.db, { ...ana, createdAt: 1, approvedAt: 1 });
});
afterAll(() => line.close());
beforeEach(() => mkdirSync(folder));
afterEach(() => {
  rmSync(folder, { recursive: true });
  rmSync(join(line.folder, 'backups'), { recursive: true, force: true });
  for (const name of readdirSync(line.folder).filter((one) => one.startsWith('secret.key')))
    rmSync(join(line.folder, name));
  for (const name of Object.keys(line.settings)) delete line.settings[name];
  Object.assign(line.settings, settings);
});

const backUp = async () => expect((await line.run('backup', file)).code).toBe(0);

describe('wrong usage', () => {
  test.each([
    [['backup'], 'missing required argument'],
    [['backup', 'a', 'b'], 'too many arguments'],
    [['backup', '--every', '6h', '.'], '--every and --keep belong together'],
    [['backup', '--keep', '14', '.'], '--every and --keep belong together'],
    [['backup', '--every', '10s', '--keep', '14', '.'], 'Give a whole number and m, h or d'],
    [['backup', '--every', '0h', '--keep', '14', '.'], 'Give a whole number and m, h or d'],
    [['backup', '--every', '6h', '--keep', '0', '.'], 'from 1 to 100000'],
    [['backup', '--every', '6h', '--keep', '1.5', '.'], 'from 1 to 100000'],
    [['restore'], 'missing required argument'],
    [['restore', 'a', '--force'], 'unknown option'],
  ])('%j is told as such', async (args, told) => {
    const { code, out, err } = await line.run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(told);
  });
});

describe('a backup is refused', () => {
  test('where a file is there already, which stays', async () => {
    writeFileSync(file, 'precious');
    expect(await line.json('backup', file)).toMatchObject({ code: 1, error: { code: 'exists', file } });
    expect(readFileSync(file, 'utf8')).toBe('precious');
    expect((await line.json('backup', folder)).error.code).toBe('exists');
  });

  test('where there is no folder', async () => {
    const lost = join(folder, 'missing', 'store.tar.gz');
    expect(await line.json('backup', lost)).toMatchObject({ code: 1, error: { code: 'folder' } });
    const schedule = ['backup', '--every', '6h', '--keep', '2', join(folder, 'missing')];
    expect(await line.json(...schedule)).toMatchObject({ code: 1, error: { code: 'folder' } });
  });

  test('of a store that is not there, of a newer version, or that is not whole', async () => {
    const newer = { name: '29991231000000_rebuild_everything', batch: 9, migration_time: new Date() };
    await line.db('knex_migrations').insert(newer);
    expect(await line.json('backup', file)).toMatchObject({ code: 1, error: { code: 'newer-database' } });
    await line.db('knex_migrations').where('name', newer.name).delete();
    await mark(line.db, { source: 'x.tar.gz', startedAt: 1 });
    expect(await line.json('backup', file)).toMatchObject({ code: 1, error: { code: 'unfinished' } });
    await unmark(line.db);
    line.settings.DATABASE_URL = `sqlite:${join(folder, 'mistyped.db')}`;
    expect(await line.json('backup', file)).toMatchObject({ code: 1, error: { code: 'no-store' } });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the key of the store', () => {
  const OTHER = 'another-lantern-moss-fiddle-barn-42';

  test('that stands in the settings is not in the file, nor anything that tells it', async () => {
    const { out } = await line.run('backup', file);
    expect(out).toContain('SECRET_KEY is not in it');
    const { manifest, key } = await checkBackup(file);
    expect(key).toBeUndefined();
    expect(JSON.stringify(manifest)).not.toContain(settings.SECRET_KEY);
    expect(manifest.key).toMatch(/^[\w-]{43}$/);
  });

  test('another one is refused with advice, and taken where that is said', async () => {
    await backUp();
    line.settings.SECRET_KEY = OTHER;
    const stood = await everyRow(line.db);
    const refused = await line.json('restore', file);
    expect(refused).toMatchObject({ code: 1, error: { code: 'other-key' } });
    expect(refused.error.message).toMatch(/authenticator apps.*Set SECRET_KEY to the one.*--other-key/);
    delete line.settings.SECRET_KEY;
    expect((await line.json('restore', file)).error.code).toBe('other-key');
    expect(await everyRow(line.db)).toEqual(stood);
    expect(existsSync(join(line.folder, 'secret.key'))).toBe(false);
    line.settings.SECRET_KEY = OTHER;
    const { code, otherKey } = await line.json('restore', file, '--other-key');
    expect([code, otherKey]).toEqual([0, true]);
  });

  test('that stands in the data folder is in the file and put back, for its owner alone', async () => {
    delete line.settings.SECRET_KEY;
    const place = join(line.folder, 'secret.key');
    writeFileSync(place, OTHER);
    expect((await line.run('backup', file)).out).toContain('The key of the store is in it');
    rmSync(place);
    expect(await line.json('restore', file)).toMatchObject({ code: 0, key: { file: place, kept: null } });
    expect([readFileSync(place, 'utf8'), statSync(place).mode & 0o777]).toEqual([OTHER, 0o600]);
    expect((await line.json('restore', file)).key).toBeNull();
  });

  test('is put back on a machine that has no data folder yet', async () => {
    delete line.settings.SECRET_KEY;
    writeFileSync(join(line.folder, 'secret.key'), OTHER);
    await backUp();
    line.settings.DATA_DIR = join(folder, 'new', 'data');
    line.settings.DATABASE_URL = `sqlite:${join(folder, 'elsewhere.db')}`;
    const place = join(line.settings.DATA_DIR, 'secret.key');
    expect(await line.json('restore', file)).toMatchObject({ code: 0, key: { file: place, kept: null } });
    expect(readFileSync(place, 'utf8')).toBe(OTHER);
  });

  test('that is there now is kept beside it', async () => {
    delete line.settings.SECRET_KEY;
    const place = join(line.folder, 'secret.key');
    writeFileSync(place, OTHER);
    await backUp();
    writeFileSync(place, 'the-key-of-today-the-key-of-today-1');
    const { key } = await line.json('restore', file);
    expect(key.kept).toMatch(/secret\.key\.before-restore-/);
    expect(readFileSync(key.kept, 'utf8')).toBe('the-key-of-today-the-key-of-today-1');
    expect(readFileSync(place, 'utf8')).toBe(OTHER);
  });

  test('in the file is not put over the one in the settings', async () => {
    delete line.settings.SECRET_KEY;
    writeFileSync(join(line.folder, 'secret.key'), OTHER);
    await backUp();
    line.settings.SECRET_KEY = settings.SECRET_KEY ?? '';
    const refused = await line.json('restore', file);
    expect(refused.error).toMatchObject({
      code: 'other-key',
      message: expect.stringMatching(/Take SECRET_KEY out/),
    });
    line.settings.SECRET_KEY = OTHER;
    expect(await line.json('restore', file)).toMatchObject({ code: 0, key: null, otherKey: false });
  });
});

describe('a store that runs', () => {
  /** Counts on as the store does, only faster. */
  async function whileItRuns(work: () => Promise<void>): Promise<void> {
    const lease = createLease(line.db, BACKGROUND);
    await lease.renew();
    const beating = setInterval(() => lease.renew().catch(() => undefined), 20);
    await work();
    clearInterval(beating);
    await lease.release();
  }

  test('is backed up, and neither restored over nor rolled back', async () => {
    await whileItRuns(async () => {
      await backUp();
      const stood = (await everyRow(line.db)).get('users');
      for (const command of [
        ['restore', file],
        ['db', 'rollback', '--yes'],
      ]) {
        const refused = await line.json(...command);
        expect(refused).toMatchObject({ code: 1, error: { code: 'running' } });
        expect(refused.error.message).toMatch(/Stop all its processes.*nothing was changed/);
      }
      expect((await everyRow(line.db)).get('users')).toEqual(stood);
      expect(existsSync(join(line.folder, 'backups'))).toBe(false);
    });
    expect((await line.run('restore', file)).code).toBe(0);
  });

  test('that was killed while it had the lease is none', async () => {
    await backUp();
    await line.db('leases').update({ holder: 'who-was-killed', heartbeat: 7 });
    expect((await line.run('restore', file)).code).toBe(0);
    expect(await line.db('leases').pluck('holder')).toEqual(['']);
  });
});

describe('a restore', () => {
  test('of an older version is brought up to date', async () => {
    await line.run('db', 'rollback', '--yes');
    await backUp();
    await line.run('migrate');
    const { code, migrated } = await line.json('restore', file);
    expect([code, migrated]).toEqual([0, [expect.stringMatching(/^20\d{12}_/)]]);
    expect(await line.json('db', 'status')).toMatchObject({ state: 'up-to-date' });
  });

  test('into the database of a newer version leaves that alone', async () => {
    await backUp();
    const newer = { name: '29991231000000_rebuild_everything', batch: 9, migration_time: new Date() };
    await line.db('knex_migrations').insert(newer);
    const refused = await line.json('restore', file);
    expect(refused.error).toMatchObject({
      code: 'newer-database',
      message: expect.stringContaining(newer.name),
    });
    await line.db('knex_migrations').where('name', newer.name).delete();
  });

  test('into a database with tables of somebody else changes nothing', async () => {
    await backUp();
    await line.db.schema.createTable('letters', (table) => table.increments('id'));
    expect((await line.json('restore', file)).error).toMatchObject({
      code: 'foreign',
      message: expect.stringContaining('letters'),
    });
    await line.db.schema.dropTable('letters');
    expect(await line.db('users').pluck('username')).toEqual(['ana']);
  });

  test('whose present store cannot be kept aside changes nothing', async () => {
    await backUp();
    writeFileSync(join(line.folder, 'backups'), 'a file where the folder should be');
    const refused = await line.json('restore', file);
    expect(refused).toMatchObject({ code: 1, error: { code: 'not-kept' } });
    expect(await line.db('users').pluck('username')).toEqual(['ana']);
  });

  test('that was broken off leaves a database that nothing works on, until one goes through', async () => {
    await backUp();
    const stopped = restoreInto(line.db, {
      config: readConfig(line.settings),
      clock: systemClock,
      file,
      checked: await checkBackup(file),
      replace: true,
      moment: 'now',
      progress: () => {
        throw new Error('killed');
      },
    });
    await expect(stopped).rejects.toThrow('killed');
    for (const command of [
      ['db', 'status'],
      ['migrate'],
      ['user', 'list'],
      ['backup', join(folder, 'two.tar.gz')],
    ]) {
      const refused = await line.json(...command);
      expect(refused, command.join(' ')).toMatchObject({ code: 1, error: { code: 'unfinished' } });
      expect(refused.error.message).toContain('unfinished restore');
    }
    expect(await line.json('restore', file)).toMatchObject({ code: 0, aside: null });
    expect(await line.json('db', 'status')).toMatchObject({ state: 'up-to-date' });
    expect(await line.db('users').pluck('username')).toEqual(['ana']);
  });

  test('of a file that changes after it was checked does not go through', async () => {
    await backUp();
    const checked = await checkBackup(file);
    rmSync(file);
    await insertUser(line.db, {
      username: 'bob',
      email: 'bob@example.org',
      passwordHash: '-',
      role: 'user',
      createdAt: 1,
      approvedAt: 1,
    });
    await backUp();
    const tools = {
      config: readConfig(line.settings),
      clock: systemClock,
      file,
      checked,
      replace: true,
      moment: 'now',
    };
    await expect(restoreInto(line.db, tools)).rejects.toMatchObject({ name: 'Unequal' });
    expect((await line.json('db', 'status')).error.code).toBe('unfinished');
    expect((await line.run('restore', file)).code).toBe(0);
  });

  test('tells of an audit log that was broken in the backup already, and fails', async () => {
    await inTransaction(line.db, (trx) =>
      record(trx, 1, { action: 'task.added', actor: { kind: 'system' } }),
    );
    await linkAudit(line.db);
    const first = await line.db('audit_log').min({ sequence: 'sequence' }).first();
    await line
      .db('audit_log')
      .where(first as object)
      .update({ action: 'task.deleted' });
    await backUp();
    const { code, out } = await line.run('restore', file);
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/Row \d+ of the audit log is not as it was written/),
    ]);
    expect(await line.json('restore', file)).toMatchObject({ ok: false, audit: { ok: false } });
  });

  test('goes through where the head of the log was set back, and is written down', async () => {
    await inTransaction(line.db, (trx) =>
      record(trx, 1, { action: 'task.added', actor: { kind: 'system' } }),
    );
    await linkAudit(line.db);
    await line.db('audit_head').update({ sequence: 0, hash: '' });
    await backUp();
    expect(await line.json('restore', file)).toMatchObject({
      code: 1,
      ok: false,
      audit: { ok: false },
    });
    expect(await line.db('audit_log').where('action', 'store.restored')).not.toEqual([]);
    expect(await line.db('users').pluck('username')).toContain('ana');
  });
});
