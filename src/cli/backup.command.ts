import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../config/config.ts';
import { placeOf } from '../database/database-text.ts';
import { reasonOf } from '../shared/reason.ts';
import { backUpStore, type Made, STANDARD } from './backup/back-up.ts';
import { restoreInput, runRestore } from './backup/restore-run.ts';
import { keepBackingUp, readInterval, type ScheduleTools } from './backup/schedule.ts';
import { problemOf, Refusal, type Report } from './shell/output.ts';
import { addCommand, countUpTo, type Shell, whileInterruptible } from './shell/shell.ts';

const TEXTS = {
  backup: 'write all of the store into one file, while it runs; or again and again into a folder',
  target: 'the file to make, or - for standard output; with --every the folder to make files in',
  every: 'make one now and then again and again: 30m, 6h, 1d',
  keep: 'with --every: how many files to keep; older ones that this made are removed',
  restore: 'make the store what it was at a backup; what is there now is kept in a file first',
  file: 'what gatehouse backup has made, or - for standard input',
  otherKey: 'restore although SECRET_KEY is another: authenticator apps and waiting mails are lost',
  progress: 'backing up',
  backedUp: (place: string, file: string) => `The store at ${place} was backed up into ${file}.`,
  output: 'standard output',
  rows: 'Rows',
  bytes: 'Bytes',
  sha256: 'SHA-256',
  withKey: 'The key of the store is in it: whoever has this file can read everything. Keep it well.',
  withoutKey:
    'SECRET_KEY is not in it, as it comes from the settings. Keep it elsewhere: without it authenticator apps are lost.',
  interval: 'Give a whole number and m, h or d, up to a year: 30m, 6h, 1d.',
  count: 'Give a whole number from 1 to 100000.',
  together: 'error: --every and --keep belong together',
  noFolder: (folder: string) => `${folder} is no folder. Make it first.`,
  begun: (folder: string) => `Backups are made in ${folder} until this is ended.`,
  made: (file: string, removed: string[]) =>
    removed.length === 0 ? `Made ${file}` : `Made ${file}, removed ${removed.join(', ')}`,
  failed: (file: string, reason: string) => `${file} was not made: ${reason} The next one is tried in time.`,
  notRemoved: (folder: string, reason: string) =>
    `Not all old backups in ${folder} could be removed (${reason}). It is tried again with the next one.`,
  ended: (made: number, failed: number) => `Ended. Made: ${made}; failed: ${failed}`,
};

const MOVE = 'backup - | DATABASE_URL=postgres://store@db.example/store gatehouse restore -';

interface Options {
  every?: number;
  keep?: number;
}

export function addBackupCommands(program: Command, shell: Shell): void {
  const backup = addCommand(program, 'backup', TEXTS.backup, [
    'backup /var/backups/store.tar.gz',
    'backup --every 6h --keep 14 /var/backups/gatehouse',
  ])
    .argument('<file>', TEXTS.target)
    .option('--every <interval>', TEXTS.every, readEvery)
    .option('--keep <number>', TEXTS.keep, countUpTo(100_000, TEXTS.count))
    .action(async (target: string, { every, keep }: Options) => {
      if ((every === undefined) !== (keep === undefined)) backup.error(TEXTS.together);
      const report =
        every === undefined || keep === undefined
          ? runBackup(shell, target === STANDARD ? STANDARD : resolve(target))
          : runSchedule(shell, resolve(target), every, keep);
      shell.show(await report);
    });
  addCommand(program, 'restore', TEXTS.restore, ['restore /var/backups/store.tar.gz', MOVE])
    .argument('<file>', TEXTS.file)
    .option('--other-key', TEXTS.otherKey)
    .action(async (file: string, { otherKey = false }: { otherKey?: boolean }) => {
      const run = (signal: AbortSignal) =>
        file === STANDARD
          ? restoreInput(shell, { otherKey, signal })
          : runRestore(shell, { file: resolve(file), otherKey, signal });
      shell.show(await whileInterruptible(run));
    });
}

function readEvery(text: string): number {
  const interval = readInterval(text);
  if (interval === undefined) throw new InvalidArgumentError(TEXTS.interval);
  return interval;
}

async function runBackup(shell: Shell, file: string): Promise<Report> {
  const { clock, bar } = shell;
  const progress = (done: number, total: number) => bar.show(TEXTS.progress, done, total);
  const config = shell.readSettings();
  if (file === STANDARD) shell.freeOutput();
  const made = await whileInterruptible((signal) => backUpStore(file, { config, clock, signal, progress }));
  return reportBackup(config, file, made);
}

function reportBackup(config: Config, file: string, made: Made): Report {
  const { rows, bytes, sha256, holdsKey } = made;
  const place = placeOf(config.database);
  return {
    lines: [
      TEXTS.backedUp(place, file === STANDARD ? TEXTS.output : file),
      `${TEXTS.rows}: ${rows}`,
      `${TEXTS.bytes}: ${bytes}`,
      `${TEXTS.sha256}: ${sha256}`,
      holdsKey ? TEXTS.withKey : TEXTS.withoutKey,
    ],
    data: { database: place, file, rows, bytes, sha256, holdsKey },
  };
}

async function runSchedule(shell: Shell, folder: string, every: number, keep: number): Promise<Report> {
  const config = shell.readSettings();
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new Refusal('folder', TEXTS.noFolder(folder), { folder });
  const count = { made: 0, failed: 0 };
  shell.say(TEXTS.begun(folder));
  await whileInterruptible(async (signal) => {
    const tools: ScheduleTools = {
      clock: shell.clock,
      signal,
      wait: (milliseconds) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
      make: async (file) => {
        await backUpStore(file, { config, clock: shell.clock, signal });
      },
      made: (file, removed) => {
        count.made += 1;
        shell.say(TEXTS.made(file, removed));
      },
      failed: (file, error) => {
        count.failed += 1;
        shell.warn(TEXTS.failed(file, problemOf(error).message));
      },
      notRemoved: (error) => shell.warn(TEXTS.notRemoved(folder, reasonOf(error))),
    };
    await keepBackingUp({ folder, every, keep }, tools);
  });
  return { lines: [TEXTS.ended(count.made, count.failed)], data: { folder, ...count } };
}
