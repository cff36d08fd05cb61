import type { Config } from '../../config/config.ts';
import { placeOf } from '../../database/database-text.ts';
import { MigratedMeanwhile, UnreadableRow } from '../../database/transfer/snapshot.ts';
import { Refusal, type Report } from '../output.ts';
import { migrationsOf, noStore, refuseMissingFile, refuseNewer, withDatabase } from '../store.ts';
import { type BackupTools, backUp, backUpTo, type Made } from './back-up.ts';
import { STANDARD, standardOutput } from './standard-streams.ts';
import { FULL } from './whole-file.ts';

const TEXTS = {
  made: (place: string, file: string) => `The store at ${place} was backed up into ${file}.`,
  output: 'standard output',
  rows: 'Rows',
  bytes: 'Bytes',
  sha256: 'SHA-256',
  withKey: 'The key of the store is in it: whoever has this file can read everything. Keep it well.',
  withoutKey:
    'SECRET_KEY is not in it, as it comes from the settings. Keep it elsewhere: without it authenticator apps are lost.',
  interrupted: 'The backup was broken off. Nothing is left of it.',
  migrated:
    'The database was brought up to date while it was read, so this is no backup of it. Nothing is left of it; run it again.',
  closed: 'Standard output was closed before the end, so what it got is no backup.',
  full: 'The disk that standard output goes to is full, so what it got is no backup. Make room and try again.',
  unreadable: (what: string) => `The store cannot be backed up: ${what}`,
};

/**
 * Backs up the store of the settings, whether it runs or not.
 *
 * @param file a name, or STANDARD for standard output
 * @throws Refusal; what the database says while it cannot answer
 */
export async function backUpStore(file: string, tools: BackupTools): Promise<Made> {
  const { config } = tools;
  refuseMissingFile(config.database);
  return withDatabase(config, async (db) => {
    const migrations = await migrationsOf(db, config.database);
    if (migrations.isNew) throw noStore(config.database);
    refuseNewer(migrations, config.database);
    return file === STANDARD ? backUpTo(db, standardOutput(), tools) : backUp(db, file, tools);
  }).catch((error) => {
    if (tools.signal?.aborted) throw new Refusal('interrupted', TEXTS.interrupted);
    if (error instanceof MigratedMeanwhile) throw new Refusal('migrated', TEXTS.migrated);
    if (error instanceof UnreadableRow) throw new Refusal('unreadable', TEXTS.unreadable(error.message));
    if (error.code === 'EPIPE') throw new Refusal('closed', TEXTS.closed);
    if (file === STANDARD && FULL.includes(error.code)) throw new Refusal('disk-full', TEXTS.full);
    throw error;
  });
}

export function reportBackup(config: Config, file: string, made: Made): Report {
  const { rows, bytes, sha256, holdsKey } = made;
  const place = placeOf(config.database);
  return {
    lines: [
      TEXTS.made(place, file === STANDARD ? TEXTS.output : file),
      `${TEXTS.rows}: ${rows}`,
      `${TEXTS.bytes}: ${bytes}`,
      `${TEXTS.sha256}: ${sha256}`,
      holdsKey ? TEXTS.withKey : TEXTS.withoutKey,
    ],
    data: { database: place, file, rows, bytes, sha256, holdsKey },
  };
}
