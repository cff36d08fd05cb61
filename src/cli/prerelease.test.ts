import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connect, type Database } from '../database/connection.ts';
import { type CommandLine, openCommandLine, runCaptured } from '../testing/command-line.ts';
import { unheard } from '../testing/database.ts';
import { openWorkplace, type Workplace } from '../testing/program.ts';
import { buildIfStale } from './build.mjs';

const REFUSAL = /^The database at \S+ was made before the first release, .* keep this one .* made it\.$/;

describe('a store from before the first release', () => {
  let place: Workplace;
  let db: Database;
  let settings: Record<string, string>;
  beforeAll(async () => {
    buildIfStale();
    place = await openWorkplace();
    const folder = join(place.folder, 'data');
    mkdirSync(folder);
    if (place.address.dialect === 'sqlite') mkdirSync(dirname(place.address.file), { recursive: true });
    settings = { ...place.settings, DATA_DIR: folder };
    db = connect(place.address, unheard);
    await db.schema.createTable('knex_migrations', (table) => {
      table.increments('id');
      table.string('name');
      table.integer('batch');
      table.timestamp('migration_time');
    });
    const ran = ['20261120100000_create_users', '20261120110000_add_account_states_to_users'];
    await db('knex_migrations').insert(ran.map((name) => ({ name, batch: 1, migration_time: new Date() })));
    await db.schema.createTable('users', (table) => {
      table.string('username', 30);
    });
    await db('users').insert({ username: 'olga' });
  });
  afterAll(async () => {
    await db.destroy();
    await place.clear();
  });

  const run = async (...args: string[]) => {
    const { code, out } = await runCaptured([...args, '--json'], settings);
    return { code, ...JSON.parse(out) };
  };

  async function expectUnchanged(): Promise<void> {
    expect(await db('users').pluck('username')).toEqual(['olga']);
    expect(await db('knex_migrations')).toHaveLength(2);
    expect(await db.schema.hasTable('sessions')).toBe(false);
  }

  test('is not started with: one line says what to do', async () => {
    const program = place.start();
    expect(await program.ended).toEqual({ code: 1, signal: null });
    const [line = '', ...more] = program.out.stderr.trim().split('\n');
    expect(more).toEqual([]);
    expect(line.replace('Gatehouse did not start: ', '')).toMatch(REFUSAL);
    await expectUnchanged();
  });

  test.each(['migrate', 'db status', 'db rollback --yes', 'backup store.tar.gz', 'user list'])(
    'is refused by gatehouse %s',
    async (command) => {
      expect(await run(...command.split(' '))).toMatchObject({
        code: 1,
        error: { code: 'prerelease-database', message: expect.stringMatching(REFUSAL) },
      });
      await expectUnchanged();
    },
  );

  test('is a failure for the doctor', async () => {
    const { code, checks } = await run('doctor');
    expect(code).toBe(1);
    expect(checks).toContainEqual(
      expect.objectContaining({
        check: 'database',
        level: 'failure',
        message: expect.stringMatching(REFUSAL),
      }),
    );
  });

  describe('and a backup', () => {
    let line: CommandLine;
    beforeAll(async () => {
      line = await openCommandLine();
    });
    afterAll(() => line.close());

    test('of a store of this version is not restored over it', async () => {
      const file = join(place.folder, 'sound.tar.gz');
      expect((await line.run('backup', file)).code).toBe(0);
      expect(await run('restore', file, '--other-key')).toMatchObject({
        code: 1,
        error: { code: 'prerelease-database', message: expect.stringMatching(REFUSAL) },
      });
      await expectUnchanged();
    });
  });
});
