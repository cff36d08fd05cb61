import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkFileModes } from './files.ts';

let place: string;
let dataDir: string;
let file: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'gatehouse-modes-'));
  dataDir = join(place, 'data');
  file = join(dataDir, 'gatehouse.db');
  mkdirSync(join(dataDir, 'backups'), { recursive: true, mode: 0o700 });
  writeFileSync(file, '', { mode: 0o600 });
});
afterEach(() => rmSync(place, { recursive: true }));

const look = () => checkFileModes({ dataDir, database: { dialect: 'sqlite', file } }, join(place, '.env'));

test('a data folder and files for their owner alone are sound', () => {
  expect(look()).toMatchObject([{ level: 'ok' }]);
});

test('what every user of the machine can read is a failure, with the command that shuts it', () => {
  chmodSync(dataDir, 0o755);
  for (const path of [file, join(dataDir, 'backups')]) chmodSync(path, 0o755);
  writeFileSync(`${file}-wal`, '', { mode: 0o644 });
  const paths = [dataDir, join(dataDir, 'backups'), file, `${file}-wal`];
  expect(look()).toEqual([
    {
      check: 'files',
      level: 'failure',
      message: `Other users of this machine can read ${paths.join(' and ')}.`,
      advice: `Run: chmod go= ${paths.join(' ')}`,
    },
  ]);
});

test('what a group can read is a warning: somebody may have let it in', () => {
  chmodSync(dataDir, 0o750);
  chmodSync(file, 0o644);
  expect(look()).toMatchObject([{ level: 'warning', advice: `Run: chmod go= ${dataDir} ${file}` }]);
});

test('nothing in a folder that is shut can be read', () => {
  chmodSync(file, 0o644);
  expect(look()).toMatchObject([{ level: 'ok' }]);
});

test('a database elsewhere counts, the folder in which it stands does not', () => {
  chmodSync(place, 0o755);
  file = join(place, 'store.db');
  writeFileSync(file, '');
  chmodSync(file, 0o644);
  expect(look()).toMatchObject([{ level: 'failure', advice: `Run: chmod go= ${file}` }]);
});

test.each([
  ['SECRET_KEY=hush-hush', 'failure'],
  ['OIDC_2_CLIENT_SECRET=hush', 'failure'],
  ['DATABASE_URL=postgres://store:hush@db/store', 'failure'],
  ['SMTP_URL=smtps://store:hush@mail.example', 'failure'],
  ['SMTP_URL=smtp://127.0.0.1\nPORT=3000\nSECRET_KEY=', 'ok'],
])('a .env file that everybody can read and says %s: %s', (text, level) => {
  const env = join(place, '.env');
  writeFileSync(env, text);
  chmodSync(env, 0o644);
  const [finding] = look();
  expect(finding?.level).toBe(level);
  expect(JSON.stringify(finding)).not.toContain('hush');
  chmodSync(env, 0o640);
  expect(look()).toMatchObject([{ level: 'ok' }]);
});
