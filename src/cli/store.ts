import { mkdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { findSecret, secretFile } from '../config/secret-key.ts';
import { connect, type Database } from '../database/connection.ts';
import { newerText, placeOf, prereleaseText, unusableText } from '../database/database-text.ts';
import type { DatabaseAddress } from '../database/dialect.ts';
import { type MigrationState, migrationState } from '../database/migrations.ts';
import { refuseUnfinished, UnfinishedTransfer } from '../database/unfinished-transfer.ts';
import { FEATURES } from '../feature-list.ts';
import { createMailer } from '../mail/mailer.ts';
import type { MemberAction, MemberActionContext } from '../members/actions.ts';
import { createLiveSettings, type LiveSettings } from '../settings/live-settings.ts';
import { type Clock, systemClock } from '../shared/clock.ts';
import { createEncryptor } from '../shared/crypto/encryption.ts';
import { reasonOf } from '../shared/reason.ts';
import { Refusal } from './output.ts';

const TEXTS = {
  noStore: (place: string) =>
    `There is no store at ${place}. Check DATA_DIR and DATABASE_URL; for a new store run gatehouse migrate or start it.`,
  shut: (file: string, reason: string) =>
    `The database ${file} cannot be read (${reason}). Run this as the user that runs the store.`,
  unfinished: (place: string, what: string) => `The database at ${place} cannot be used. ${what}`,
  folder: (folder: string, reason: string) => `The folder ${folder} cannot be made (${reason}).`,
  notMigrated: (place: string) =>
    `The database at ${place} is not up to date with this version. Run gatehouse migrate or start the store.`,
  noKey: (file: string) =>
    `There is no SECRET_KEY and no key in ${file}, so mails could not be encrypted. Use the settings that the store runs with; a new store makes its key at its first start.`,
};

/**
 * What commands work with: no more than they need of what the server has (`context.ts`), without its threads, so
 * that a command is over as soon as it is done.
 */
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
  report: (message: string) => void = () => undefined,
): Promise<T> {
  const db = connect(database, report);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/**
 * Works on a store that is there and up to date.
 *
 * @throws Refusal for every other. Nothing is made: a mistyped DATA_DIR must not look like an empty store
 */
export async function withStore<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  refuseMissingFile(config.database);
  return withDatabase(config, async (db) => {
    const migrations = await migrationsOf(db, config.database);
    refuseNewer(migrations, config.database);
    if (migrations.pending.length > 0)
      throw new Refusal('not-migrated', TEXTS.notMigrated(placeOf(config.database)));
    const settings = createLiveSettings({ db, clock: systemClock, fixed: config.fixed });
    await settings.reload();
    return work({ config, db, clock: systemClock, settings });
  });
}

/** SQLite makes a file that is not there. @throws Refusal also when this user may not look */
export function refuseMissingFile(database: DatabaseAddress): void {
  if (database.dialect !== 'sqlite') return;
  let isThere: boolean;
  try {
    isThere = statSync(database.file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw new Refusal('database', TEXTS.shut(database.file, reasonOf(error)));
  }
  if (!isThere) throw noStore(database);
}

/** For a database in which there is no store. */
export function noStore(database: DatabaseAddress): Refusal {
  return new Refusal('no-store', TEXTS.noStore(placeOf(database)));
}

/** Makes the folder for a SQLite file that is to be made. @throws Refusal */
export function makeFolderOf(database: DatabaseAddress): void {
  if (database.dialect === 'sqlite') makeFolder(dirname(database.file));
}

/** Makes a folder that is not there yet. @throws Refusal */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new Refusal('folder', TEXTS.folder(folder, reasonOf(error)));
  }
}

/** The first that is asked of a database: what goes wrong here is its address, or what it holds. @throws Refusal */
export async function migrationsOf(db: Database, database: DatabaseAddress): Promise<MigrationState> {
  const state = await stateOf(db, database);
  if (state.isPrerelease) throw new Refusal('prerelease-database', prereleaseText(database));
  return state;
}

async function stateOf(db: Database, database: DatabaseAddress): Promise<MigrationState> {
  try {
    await refuseUnfinished(db);
    return await migrationState(db);
  } catch (error) {
    if (error instanceof UnfinishedTransfer)
      throw new Refusal('unfinished', TEXTS.unfinished(placeOf(database), error.message));
    throw unusable(database, error);
  }
}

/** For a database that does not answer as one does. */
export function unusable(database: DatabaseAddress, error: unknown): Refusal {
  return new Refusal('database', unusableText(database, error));
}

/** @throws Refusal when a newer version of the store has worked on the database */
export function refuseNewer({ unknown: [newer] }: MigrationState, database: DatabaseAddress): void {
  if (newer) throw new Refusal('newer-database', newerText(database, newer));
}

/**
 * What the rules work with that change members: they mail notices, which are encrypted.
 *
 * @throws Refusal when the store's key is not to be found: one made here would open nothing there
 */
export function memberActionContextOf(store: Store): MemberActionContext {
  const secret = findSecret(store.config);
  if (!secret) throw new Refusal('no-key', TEXTS.noKey(secretFile(store.config)));
  return {
    ...store,
    features: FEATURES,
    mailer: createMailer({ encryptor: createEncryptor(secret), clock: store.clock }),
  };
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
