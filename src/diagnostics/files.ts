import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { ENV_FILE, readEnvFile } from '../config/env-file.ts';
import { reasonOf } from '../shared/reason.ts';
import { type Finding, findingsOf } from './finding.ts';

const TEXTS = {
  noFolder: (folder: string) => `The data folder ${folder} does not exist.`,
  noFolderAdvice:
    'The first start makes it. If the store runs already, DATA_DIR is not the one it runs with.',
  unwritable: (folder: string, reason: string) =>
    `The data folder ${folder} cannot be written to (${reason}).`,
  unwritableAdvice: 'Give it to the user that the store runs as, or set DATA_DIR to another.',
  unwritableForeignAdvice:
    'It belongs to another user. If the store runs as that user, run this as that user as well. If not, give the folder to the user that it runs as.',
  foreign: (folder: string) =>
    `The data folder ${folder} belongs to another user than the one who runs this.`,
  foreignAdvice:
    'Run gatehouse as the user that the store runs as: files that others make may be closed to it.',
  folder: (folder: string) => `The data folder ${folder} can be written to.`,
  open: (paths: string[]) => `Other users of this machine can read ${paths.join(' and ')}.`,
  shared: (paths: string[]) => `The users of its group can read ${paths.join(' and ')}.`,
  ownerAdvice: (paths: string[]) => `Run: chmod go= ${paths.join(' ')}`,
  sound: 'The data folder and its files are for their owner alone.',
};

/** The folder itself or, when it is not there yet, the one in which it would be made. */
export function existingFolder(folder: string): string {
  return existsSync(folder) ? folder : existingFolder(dirname(folder));
}

/** Where the store writes: the data folder, and the folder of a SQLite database elsewhere. */
export function dataFolders({ dataDir, database }: Pick<Config, 'dataDir' | 'database'>): string[] {
  return [...new Set([dataDir, ...(database.dialect === 'sqlite' ? [dirname(database.file)] : [])])];
}

/** In bytes, for the user of this process; the folder need not be there yet. */
export function freeSpaceAt(folder: string): number {
  const { bavail, bsize } = statfsSync(existingFolder(folder));
  return bavail * bsize;
}

/** Whether a file has any of some rights, bits of its mode that nobody should have. On Windows modes say nothing. */
export function isOpenTo(file: string, rights: number): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & rights) !== 0;
}

/** Whether the store and whoever runs this can both work with the data folder. */
export function checkFolder({ dataDir }: Pick<Config, 'dataDir'>): Finding {
  const { ok, warning, refusal } = findingsOf('folder');
  if (!existsSync(dataDir)) return warning(TEXTS.noFolder(dataDir), TEXTS.noFolderAdvice);
  const user = process.getuid?.();
  const isForeign = user !== undefined && statSync(dataDir).uid !== user;
  try {
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    return refusal(
      TEXTS.unwritable(dataDir, reasonOf(error)),
      isForeign ? TEXTS.unwritableForeignAdvice : TEXTS.unwritableAdvice,
    );
  }
  return isForeign ? warning(TEXTS.foreign(dataDir), TEXTS.foreignAdvice) : ok(TEXTS.folder(dataDir));
}

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
  settings: Pick<Config, 'dataDir' | 'database'>,
  envFile = resolve(ENV_FILE),
): Finding[] {
  const { ok, warning, failure } = findingsOf('files');
  const open = [...openPaths(settings, EVERYBODY), ...(isOpenSecret(envFile) ? [envFile] : [])];
  if (open.length > 0) return [failure(TEXTS.open(open), TEXTS.ownerAdvice(open))];
  const shared = openPaths(settings, GROUP);
  return [shared.length > 0 ? warning(TEXTS.shared(shared), TEXTS.ownerAdvice(shared)) : ok(TEXTS.sound)];
}

/** What can be reached with some rights: no file in a folder that has none of them. */
function openPaths({ dataDir, database }: Pick<Config, 'dataDir' | 'database'>, rights: number) {
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

function holdsPassword(value: string): boolean {
  return URL.canParse(value) && new URL(value).password !== '';
}
