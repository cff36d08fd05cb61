import { accessSync, constants, mkdirSync } from 'node:fs';
import type { Logger } from 'pino';
import { makeSetupToken } from '../accounts/registration/setup.ts';
import { fillEmptyStore } from '../catalogue/demo.ts';
import type { Config } from '../config/config.ts';
import type { Context } from '../context.ts';
import {
  encodingAdvice,
  encodingText,
  newerText,
  prereleaseText,
  unusableText,
} from '../database/database-text.ts';
import { lossyEncoding } from '../database/dialect-fitness.ts';
import { migrate, migrationState, mustBeMigratedFirst } from '../database/migrations.ts';
import { refuseUnfinished, UnfinishedTransfer } from '../database/unfinished-transfer.ts';
import { dataFolders, freeSpaceAt } from '../diagnostics/files.ts';
import { wordsOf } from '../diagnostics/finding.ts';
import { checkHost } from '../diagnostics/network.ts';
import { checkSettings } from '../diagnostics/settings-checks.ts';
import { paths } from '../paths.ts';
import { reasonOf } from '../shared/reason.ts';
import { StartRefused } from '../shared/start-error.ts';

const TEXTS = {
  full: (folder: string, free: number) =>
    `The disk at ${folder} is full (${free} bytes free). Make room, then start the store again.`,
  folder: (folder: string, reason: string) =>
    `The data folder ${folder} cannot be written to (${reason}). Set DATA_DIR to one that can.`,
  unfinished: (dialect: string, what: string) => `The ${dialect} database cannot be used. ${what}`,
  migrateFirst:
    'The database is a Galera cluster and has to be migrated. Run gatehouse migrate, on one machine, then start the store.',
  notMigrated: 'The database is not up to date with this version. Run gatehouse migrate.',
  noMailServer: 'SMTP_URL is not set: mails wait in the outbox and are given up after a day',
};

type StartContext = Pick<Context, 'config' | 'db' | 'clock' | 'settings'>;

type Folders = Pick<Config, 'dataDir' | 'database'>;

/** What a start writes at least, in bytes: the first one makes a database of 600 kB. */
const LEAST_ROOM = 1_000_000;

/** How SQLite and the system say that there is no room, or may mean it. */
const NO_ROOM = /ENOSPC|SQLITE_(FULL|IOERR|CANTOPEN)/;

/** Starts a store. @throws StartRefused that names the disk where it is full; else what the start threw */
export async function nameFullDisk<T>(config: Folders, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!NO_ROOM.test(reasonOf(error))) throw error;
    for (const folder of dataFolders(config)) {
      const free = freeSpaceAt(folder);
      if (free < LEAST_ROOM) throw new StartRefused(TEXTS.full(folder, free));
    }
    throw error;
  }
}

/** @throws StartRefused */
export function openDataFolder(config: Folders): void {
  for (const folder of dataFolders(config)) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      accessSync(folder, constants.W_OK);
    } catch (error) {
      throw new StartRefused(TEXTS.folder(folder, reasonOf(error)));
    }
  }
}

/**
 * Looks at what `gatehouse doctor` looks at before a store is open, and logs as a warning what is wrong.
 *
 * @throws StartRefused when it could not serve like that, or would lose what it is given
 */
export function checkStart(config: Config, logger: Logger): void {
  const findings = checkSettings(config);
  const refusal = findings.find(({ refused }) => refused);
  if (refusal) throw new StartRefused(wordsOf(refusal));
  for (const finding of findings)
    if (finding.level !== 'ok') logger.warn({ check: finding.check }, wordsOf(finding));
}

/** Brings the database up to date and fills a new store. @throws StartRefused */
export async function prepareDatabase(context: StartContext, logger: Logger): Promise<void> {
  const { db, clock, config, settings } = context;
  await usingDatabase(config, async () => {
    const {
      unknown: [newer],
      isNew,
      isPrerelease,
    } = await migrationState(db);
    if (isPrerelease) throw new StartRefused(prereleaseText(config.database));
    if (newer) throw new StartRefused(newerText(config.database, newer));
    await checkEncoding(context, isNew, logger);
    if (await mustBeMigratedFirst(db)) throw new StartRefused(TEXTS.migrateFirst);
    await migrate(db);
    await settings.reload();
    await fillEmptyStore(db, clock(), config.storeCurrency);
  });
}

/** A store that is there already goes on with what it has. @throws StartRefused for a new one */
async function checkEncoding({ db, config }: StartContext, isNew: boolean, logger: Logger): Promise<void> {
  const encoding = await lossyEncoding(db);
  if (!encoding) return;
  const text = `${encodingText(config.database, encoding)} ${encodingAdvice(config.database)}`;
  if (isNew) throw new StartRefused(text);
  logger.warn({ check: 'database' }, text);
}

/**
 * Sees to it that one more process can work on a database that is prepared. One that a newer version has taken
 * further will do, as it does for the processes that run already. @throws StartRefused
 */
export async function checkDatabase({ db, config, settings }: StartContext): Promise<void> {
  await usingDatabase(config, async () => {
    await refuseUnfinished(db);
    if ((await migrationState(db)).pending.length > 0) throw new StartRefused(TEXTS.notMigrated);
    await settings.reload();
  });
}

async function usingDatabase({ database }: Config, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    if (error instanceof UnfinishedTransfer)
      throw new StartRefused(TEXTS.unfinished(database.dialect, error.message));
    throw new StartRefused(unusableText(database, error));
  }
}

/** Says where the store is, once it is open, with a new link for the first administrator where there is none. */
export async function announce(context: StartContext, logger: Logger): Promise<void> {
  const { config, settings } = context;
  if (config.production && !config.smtpUrl) logger.warn(TEXTS.noMailServer);
  const setupToken = await makeSetupToken(context);
  const url = config.publicUrl;
  const lines = [
    `${settings.storeName} is open at ${url.origin}`,
    `Its data are in ${config.database.dialect === 'sqlite' ? config.database.file : `a ${config.database.dialect} database`}`,
  ];
  const host = checkHost(config);
  if (host.level !== 'ok') lines.push(wordsOf(host));
  if (setupToken)
    lines.push(`There is no administrator yet. Set one up at ${new URL(paths.setup(setupToken), url)}`);
  // In production standard output is JSON lines for a log collector; these are for a person.
  (config.production ? process.stderr : process.stdout).write(`${lines.join('\n')}\n`);
}
