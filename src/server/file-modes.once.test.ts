import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUILT, buildIfStale } from '../cli/build.mjs';
import { paths } from '../paths.ts';
import { PASSWORD } from '../testing/people.ts';
import { openWorkplace, type Workplace } from '../testing/program.ts';
import { Visitor } from '../testing/visitor.ts';

let place: Workplace;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
});
afterAll(() => place.clear());

/** Starts a program in a session whose umask takes nobody's rights away. */
function withoutUmask<T>(start: () => T): T {
  const usual = process.umask(0);
  try {
    return start();
  } finally {
    process.umask(usual);
  }
}

/** The rights on everything below a folder, the folder itself among it. */
function modesIn(folder: string): Record<string, string> {
  const names = ['.', ...readdirSync(join(place.folder, folder), { recursive: true, encoding: 'utf8' })];
  return Object.fromEntries(
    names.map((name) => [name, (statSync(join(place.folder, folder, name)).mode & 0o777).toString(8)]),
  );
}

/** What of all that is open to others than the owner. */
function openIn(folder: string): string[] {
  return Object.entries(modesIn(folder))
    .filter(([, mode]) => !/^[67]00$/.test(mode))
    .map(([name, mode]) => `${name} ${mode}`);
}

test('all that a store writes is for its user alone, whatever the umask', async () => {
  const program = withoutUmask(() => place.start({ LOG_FILE: 'logs/store.log', LOG_LEVEL: 'info' }));
  const visitor = new Visitor(await program.open());
  await visitor.register('alice', PASSWORD);
  await expect.poll(() => Object.keys(modesIn('data')).some((name) => name.endsWith('.eml'))).toBe(true);
  await visitor.get(paths.login());
  const names = Object.keys(modesIn('data'));
  expect(names).toEqual(
    expect.arrayContaining(['gatehouse.db', 'gatehouse.db-wal', 'gatehouse.db-shm', 'secret.key', 'outbox']),
  );
  expect(openIn('data')).toEqual([]);
  expect(openIn('logs')).toEqual([]);
  await program.stop();
});

test('and all that a command writes', () => {
  mkdirSync(join(place.folder, 'backups'), { mode: 0o700 });
  const env = { DATA_DIR: 'other' };
  for (const args of [['migrate'], ['backup', 'backups/store.tar.gz']])
    withoutUmask(() =>
      execFileSync(process.execPath, [join(BUILT, 'cli', 'gatehouse.js'), ...args], {
        cwd: place.folder,
        env,
      }),
    );
  expect(Object.keys(modesIn('other'))).toContain('gatehouse.db');
  expect(openIn('other')).toEqual([]);
  expect(openIn('backups')).toEqual([]);
});

test('a start names what others can read already, with the command that shuts it', async () => {
  const data = join(place.folder, 'data');
  const env = join(place.folder, '.env');
  chmodSync(data, 0o755);
  chmodSync(join(data, 'gatehouse.db'), 0o644);
  writeFileSync(env, 'SECRET_KEY=qX7-vR2mLp9_ZtK4wYb8NcJd3HfGs6Ua\n');
  chmodSync(env, 0o644);
  const program = place.start();
  await program.open();
  await program.stop();
  expect(program.out.stdout).toContain(
    `Other users of this machine can read ${data} and ${data}/gatehouse.db and ${env}. Run: chmod go= ${data} ${data}/gatehouse.db ${env}`,
  );
  expect(program.out.stdout).not.toContain('qX7-vR2m');
});
