import { mkdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Config } from '../../config/config.ts';
import { connect, type Database } from '../../database/connection.ts';
import { newerText, placeOf, prereleaseText, unusableText } from '../../database/database-text.ts';
import type { DatabaseAddress } from '../../database/dialect.ts';
import { type MigrationState, migrationState } from '../../database/migrations.ts';
import { refuseUnfinished, UnfinishedTransfer } from '../../database/unfinished-transfer.ts';
import { BACKGROUND, isLeaseHeld } from '../../jobs/lease.ts';
import type { MemberAction } from '../../members/actions.ts';
import { createLiveSettings, type LiveSettings } from '../../settings/live-settings.ts';
import { type Clock, systemClock } from '../../shared/clock.ts';
import { reasonOf } from '../../shared/reason.ts';
import { Refusal, type Report } from './output.ts';
import type { Shell } from './shell.ts';

const TEXTS = {
  noStore: (place: string) =>
    `There is no store at ${place}. Check DATA_DIR and DATABASE_URL; for a new store run gatehouse migrate or start it.`,
  unreadable: (file: string, reason: string) =>
    `The database ${file} cannot be read (${reason}). Run this as the user that runs the store.`,
  running: (place: string) =>
    `A store is running on ${place}. Stop all its processes, on every machine, and run this again; nothing was changed.`,
  unfinished: (place: string, what: string) => `The database at ${place} cannot be used. ${what}`,
  folder: (folder: string, reason: string) => `The folder ${folder} cannot be made (${reason}).`,
  notMigrated: (place: string) =>
    `The database at ${place} is not up to date with this version. Run gatehouse migrate or start the store.`,
};

/** What commands work with: of `context.ts` what they need, without its threads, so that a command ends at once. */
export interface Store {
  config: Config;
  db: Database;
  clock: Clock;
  settings: LiveSettings;
}

/** Works on a database as it stands, whatever state it is in, and ends the connection. */
export async function withDatabase<T>(
  { database }: Pick<Config, 'database'>,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const db = connect(database, () => undefined);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

type OnMigrations<T> = (db: Database, migrations: MigrationState) => Promise<T>;

async function withMigrations<T>(config: Config, work: OnMigrations<T>): Promise<T> {
  refuseMissingFile(config.database);
  return withDatabase(config, async (db) => work(db, await migrationsOf(db, config.database)));
}

/** Works on the database of a store that is there, of whichever version. @throws Refusal where there is none */
export async function withExisting<T>(config: Config, work: OnMigrations<T>): Promise<T> {
  return withMigrations(config, async (db, migrations) => {
    if (migrations.isNew) throw noStore(config.database);
    return work(db, migrations);
  });
}

/** Works on a store that is up to date. @throws Refusal; makes nothing: a mistyped DATA_DIR is no empty store */
export async function withStore<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  return withMigrations(config, async (db, migrations) => {
    refuseNewer(migrations, config.database);
    if (migrations.pending.length > 0)
      throw new Refusal('not-migrated', TEXTS.notMigrated(placeOf(config.database)));
    const settings = createLiveSettings({ db, clock: systemClock, fixed: config.fixed });
    await settings.reload();
    return work({ config, db, clock: systemClock, settings });
  });
}

/** Runs a command that works on such a store, and shows what it reports. */
export async function showFromStore(shell: Shell, work: (store: Store) => Promise<Report>): Promise<void> {
  shell.show(await withStore(shell.readSettings(), work));
}

/** SQLite makes a file that is not there. @throws Refusal also when this user may not look */
export function refuseMissingFile(database: DatabaseAddress): void {
  if (database.dialect !== 'sqlite') return;
  let isThere: boolean;
  try {
    isThere = statSync(database.file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw new Refusal('database', TEXTS.unreadable(database.file, reasonOf(error)));
  }
  if (!isThere) throw noStore(database);
}

function noStore(database: DatabaseAddress): Refusal {
  return new Refusal('no-store', TEXTS.noStore(placeOf(database)));
}

/** Makes the folder for a SQLite file that is to be made. @throws Refusal */
export function makeFolderOf(database: DatabaseAddress): void {
  if (database.dialect === 'sqlite') makeFolder(dirname(database.file));
}

export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Refusal('folder', TEXTS.folder(folder, reasonOf(error)));
  }
}

/** The first that is asked of a database: what goes wrong here is its address, or what it holds. @throws Refusal */
export async function migrationsOf(db: Database, database: DatabaseAddress): Promise<MigrationState> {
  const state = await refuseUnfinished(db)
    .then(() => migrationState(db))
    .catch((error) => {
      if (error instanceof UnfinishedTransfer)
        throw new Refusal('unfinished', TEXTS.unfinished(placeOf(database), error.message));
      throw unusable(database, error);
    });
  if (state.isPrerelease) throw new Refusal('prerelease-database', prereleaseText(database));
  return state;
}

/** For a database that does not answer as one does. */
export function unusable(database: DatabaseAddress, error: unknown): Refusal {
  return new Refusal('database', unusableText(database, error));
}

/** @throws Refusal when a newer version of the store has worked on the database */
export function refuseNewer({ unknown: [newer] }: MigrationState, database: DatabaseAddress): void {
  if (newer) throw new Refusal('newer-database', newerText(database, newer));
}

/** Sees that no store runs on a database, on whichever machine. It watches for some seconds. @throws Refusal */
export async function refuseRunning(
  db: Database,
  { database }: Config,
  watch: Shell['watch'],
): Promise<void> {
  if (await isLeaseHeld(db, BACKGROUND, watch))
    throw new Refusal('running', TEXTS.running(placeOf(database)));
}

/** Who works at this terminal, as the operating system knows them. */
export function operator(): MemberAction['actor'] {
  return { kind: 'operator', name: operatorName() };
}

function operatorName(): string {
  try {
    return userInfo().username;
  } catch {
    // In containers often nobody has given the number a name.
    return `uid ${process.getuid?.()}`;
  }
}
