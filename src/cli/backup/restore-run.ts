import { existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../../config/config.ts';
import type { Database } from '../../database/connection.ts';
import { placeOf, prereleaseText } from '../../database/database-text.ts';
import { migrationState } from '../../database/migrations.ts';
import { FillingRefused, UnwritableRow } from '../../database/transfer/fill-database.ts';
import { unfinishedTransfer } from '../../database/unfinished-transfer.ts';
import { reasonOf } from '../../shared/reason.ts';
import { problemOf, Refusal, type Report } from '../shell/output.ts';
import type { Shell } from '../shell/shell.ts';
import { makeFolder, makeFolderOf, refuseRunning, unusable, withDatabase } from '../shell/store.ts';
import { Damaged } from './archive.ts';
import { backUp } from './back-up.ts';
import { type Checked, checkBackup, Newer, Prerelease } from './check-backup.ts';
import { checkRestoredKey, restoreInto } from './restore.ts';
import { reportRestore } from './restore-report.ts';
import { writeWholeFile } from './whole-file.ts';

export const TEXTS = {
  input: 'standard input',
  keyboard: 'There is no backup on standard input. Name a file, or send one: gatehouse restore - < FILE',
  keeping: 'keeping what is there',
  restoring: 'restoring',
  noFile: (file: string, reason: string) => `${file} cannot be read (${reason}).`,
  damaged: (file: string, what: string) =>
    `${file} is no backup, or is damaged: ${what}. Nothing was changed.`,
  newer: (file: string, what: string) =>
    `${file} was made by a newer version of the program (${what}). Install that one; nothing was changed.`,
  prerelease: (file: string) =>
    `${file} was made before the first release, and no later version can read it. Keep it for the version that made it, and start with a new store; nothing was changed.`,
  interrupted: 'The restore was broken off before anything was changed.',
  notEmpty: (place: string) =>
    `There is a store at ${place} already, and a restore from standard input needs an empty database. Name one in DATABASE_URL; nothing was changed.`,
  filledMeanwhile: (place: string) =>
    `The database at ${place} was empty when this began, and holds a store now. Nothing was changed.`,
  newerStore: (place: string, migration: string) =>
    `The database at ${place} was used by a newer version (${migration}), so this one cannot keep aside what is in it. Set DATABASE_URL to an empty database, or move the SQLite file away, and run this again. Nothing was changed.`,
  notKept: (reason: string) =>
    `What is in the database now cannot be kept aside: ${reason} Set DATABASE_URL to an empty database, or move the SQLite file away, and run this again. Nothing was changed.`,
  foreign: (tables: string) =>
    `The database holds tables that no store has: ${tables}. Set DATABASE_URL to another database; nothing was changed.`,
  unwritable: (place: string, reason: string) =>
    `The database at ${place} cannot be written to (${reason}). Nothing was changed.`,
  busy: 'Somebody else restores into this database right now. Nothing was changed.',
  brokenOff: (reason: string, aside: string) =>
    `The restore was broken off: ${reason} The database is marked as unfinished, and no store starts with it. Run this again${aside}.`,
  aborted: 'Somebody interrupted it.',
  orAside: (file: string) => `, or go back with gatehouse restore ${file}`,
};

interface RestoreRequest {
  file: string;
  /** What messages call it; by default the file. */
  source?: string;
  onlyEmpty?: boolean;
  /** Whether the store may have another key than at the time of the backup. */
  otherKey: boolean;
  signal: AbortSignal;
}

/**
 * Restores what comes on standard input, into an empty database. It is kept in the data folder until the end of it is
 * there: nothing is restored of a backup that was cut off.
 *
 * @throws Refusal
 */
export async function restoreInput(
  shell: Shell,
  { otherKey, signal }: Omit<RestoreRequest, 'file'>,
): Promise<Report> {
  const { dataDir } = shell.readSettings();
  const { stdin } = process;
  if (stdin.isTTY) throw new Refusal('terminal', TEXTS.keyboard);
  makeFolder(dataDir);
  const file = join(dataDir, `restore-${momentOf(shell.clock())}.tar.gz`);
  try {
    await writeWholeFile(file, (target) => pipeline([stdin, target], { signal }));
    return await runRestore(shell, { file, source: TEXTS.input, onlyEmpty: true, otherKey, signal });
  } catch (error) {
    if (isAbort(error)) throw new Refusal('interrupted', TEXTS.interrupted);
    throw error;
  } finally {
    await rm(file, { force: true });
  }
}

/** Checks a backup, keeps aside what is there now, and restores. @throws Refusal */
export async function runRestore(shell: Shell, request: RestoreRequest): Promise<Report> {
  const config = shell.readSettings();
  const checked = await check(request);
  const hasOtherKey = checkRestoredKey(config, checked, request.otherKey);
  makeFolderOf(config.database);
  makeFolder(config.dataDir);
  return withDatabase(config, async (db) => {
    const aside = await keepAside(db, config, shell, request);
    const { clock, bar } = shell;
    const progress = (done: number, total: number) => bar.show(TEXTS.restoring, done, total);
    const moment = momentOf(clock());
    const tools = { config, clock, checked, replace: aside !== undefined, moment, progress, ...request };
    const restored = await restoreInto(db, tools).catch((error) => {
      throw refusalOf(error, placeOf(config.database), aside);
    });
    return reportRestore({ config, checked, aside, hasOtherKey, ...restored });
  });
}

async function check({ file, source = file, signal }: RestoreRequest): Promise<Checked> {
  try {
    return await checkBackup(file, signal);
  } catch (error) {
    if (signal.aborted) throw new Refusal('interrupted', TEXTS.interrupted);
    if (error instanceof Newer) throw new Refusal('newer-backup', TEXTS.newer(source, error.message));
    if (error instanceof Prerelease) throw new Refusal('prerelease-backup', TEXTS.prerelease(source));
    if (error instanceof Damaged) throw new Refusal('damaged-backup', TEXTS.damaged(source, error.message));
    if ((error as NodeJS.ErrnoException).syscall)
      throw new Refusal('file', TEXTS.noFile(file, reasonOf(error)));
    throw error;
  }
}

/**
 * Writes what is in the database into a file beside the data. @returns undefined where no store stands there
 *
 * @throws Refusal also while a store runs on it
 */
async function keepAside(
  db: Database,
  config: Config,
  { clock, watch, bar }: Shell,
  { signal, onlyEmpty }: RestoreRequest,
): Promise<string | undefined> {
  const { isUnfinished, isNew, isPrerelease, newer } = await lookAt(db, config);
  if (isPrerelease) throw new Refusal('prerelease-database', prereleaseText(config.database));
  if (newer) throw new Refusal('newer-database', TEXTS.newerStore(placeOf(config.database), newer));
  // What a restore has left there is no store; what was there before was kept aside then.
  if (isUnfinished || isNew) return undefined;
  if (onlyEmpty) throw new Refusal('not-empty', TEXTS.notEmpty(placeOf(config.database)));
  await refuseRunning(db, config, watch);
  const folder = join(config.dataDir, 'backups');
  const aside = join(folder, `before-restore-${momentOf(clock())}.tar.gz`);
  const progress = (done: number, total: number) => bar.show(TEXTS.keeping, done, total);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    await backUp(db, aside, { config, clock, signal, progress });
  } catch (error) {
    if (signal.aborted) throw new Refusal('interrupted', TEXTS.interrupted);
    throw new Refusal('not-kept', TEXTS.notKept(problemOf(error).message));
  }
  // It took its time: somebody may have started the store.
  await refuseRunning(db, config, watch);
  return aside;
}

/** How the database stands. What a transfer has left there may hold anything, or nothing. @throws Refusal */
async function lookAt(db: Database, { database }: Config) {
  try {
    if (await unfinishedTransfer(db)) return { isUnfinished: true };
    const { isNew, isPrerelease, unknown } = await migrationState(db);
    return { isNew, isPrerelease, newer: unknown[0] };
  } catch (error) {
    throw unusable(database, error);
  }
}

function refusalOf(error: unknown, place: string, aside: string | undefined): Refusal {
  if (error instanceof FillingRefused) {
    const { reason, message } = error;
    switch (reason) {
      case 'busy':
        return new Refusal('busy', TEXTS.busy);
      case 'store':
        return new Refusal('not-empty', TEXTS.filledMeanwhile(place));
      case 'unwritable':
        return new Refusal('unwritable', TEXTS.unwritable(place, message));
      case 'foreign':
        return new Refusal('foreign', TEXTS.foreign(message));
    }
  }
  const file = aside && existsSync(aside) ? TEXTS.orAside(aside) : '';
  return new Refusal('unfinished', TEXTS.brokenOff(whyBrokenOff(error), file), aside ? { aside } : {});
}

function whyBrokenOff(error: unknown): string {
  if (error instanceof UnwritableRow) return error.message;
  return isAbort(error) ? TEXTS.aborted : problemOf(error).message;
}

function isAbort(error: unknown): boolean {
  return (error as Error).name === 'AbortError';
}

/** For names of files: `2026-11-20T210003.123Z`. */
function momentOf(time: number): string {
  return new Date(time).toISOString().replaceAll(':', '');
}
