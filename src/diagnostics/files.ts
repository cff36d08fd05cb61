import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ENV_FILE, readEnvFile } from '../config/env-file.ts';
import type { CheckedSettings } from './checked-settings.ts';
import { type Finding, findingsOf } from './finding.ts';
import { isOpenTo } from './open-file.ts';

const { ok, warning, failure } = findingsOf('files');

const TEXTS = {
  open: (paths: string[]) => `Other users of this machine can read ${paths.join(' and ')}.`,
  shared: (paths: string[]) => `The users of its group can read ${paths.join(' and ')}.`,
  advice: (paths: string[]) => `Run: chmod go= ${paths.join(' ')}`,
  shut: 'The data folder and its files are for their owner alone.',
};

const EVERYBODY = 0o007;
const GROUP = 0o070;

/** What the store makes in its data folder, beside the key, at which `checkKey` looks. */
const FOLDERS = ['outbox', 'backups', 'tls'];

/**
 * Whether other users of this machine can read what the store keeps (password hashes, mails, keys). A group may have been
 * let in on purpose: that is a warning.
 *
 * @param envFile the file with settings, of which the same is asked where a secret stands in it
 */
export function checkFileModes(
  settings: Pick<CheckedSettings, 'dataDir' | 'database'>,
  envFile = resolve(ENV_FILE),
): Finding[] {
  const open = [...openPaths(settings, EVERYBODY), ...(isOpenSecret(envFile) ? [envFile] : [])];
  if (open.length > 0) return [failure(TEXTS.open(open), TEXTS.advice(open))];
  const shared = openPaths(settings, GROUP);
  return [shared.length > 0 ? warning(TEXTS.shared(shared), TEXTS.advice(shared)) : ok(TEXTS.shut)];
}

/** What can be reached with some rights: no file in a folder that is shut. */
function openPaths({ dataDir, database }: Pick<CheckedSettings, 'dataDir' | 'database'>, rights: number) {
  const files = database.dialect === 'sqlite' ? ['', '-wal', '-shm'].map((end) => database.file + end) : [];
  const paths = [...FOLDERS.map((name) => join(dataDir, name)), ...files].filter(
    (path) => existsSync(path) && isOpenTo(dirname(path), rights),
  );
  return [dataDir, ...paths].filter((path) => existsSync(path) && isOpenTo(path, rights));
}

const SECRETS = /^(SECRET_KEY|METRICS_TOKEN|DATABASE_PASSWORD|OIDC_(\d_)?CLIENT_SECRET)$/;

function isOpenSecret(file: string): boolean {
  if (!existsSync(file) || !isOpenTo(file, EVERYBODY)) return false;
  return Object.entries(readEnvFile(file).values).some(
    ([name, value = '']) => (SECRETS.test(name) && value !== '') || holdsPassword(value),
  );
}

/** Whether it is the address of a database or a mail server with a password in it. */
function holdsPassword(value: string): boolean {
  return URL.canParse(value) && new URL(value).password !== '';
}
