import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import type { Config } from '../../config/config.ts';
import { findSecret, secretFile } from '../../config/secret-key.ts';
import type { Database } from '../../database/connection.ts';
import { encodeRow, TableDigest } from '../../database/transfer/rows.ts';
import type { Table } from '../../database/transfer/shape.ts';
import {
  countAll,
  MigratedMeanwhile,
  type Snapshot,
  UnreadableRow,
  withSnapshot,
} from '../../database/transfer/snapshot.ts';
import type { Clock } from '../../shared/clock.ts';
import { programVersion } from '../../shared/version.ts';
import { Refusal } from '../shell/output.ts';
import { refuseNewer, withExisting } from '../shell/store.ts';
import { type ArchiveWriter, writeArchive } from './archive.ts';
import {
  ABOUT,
  type About,
  asJson,
  CHUNK_BYTES,
  chunkName,
  FORMAT,
  KEY_ENTRY,
  keyFingerprint,
  MANIFEST,
  type Manifest,
} from './archive-format.ts';
import { FULL, writeWholeFile } from './whole-file.ts';

/** What stands for standard output, or input, in place of a file's name. */
export const STANDARD = '-';

const TEXTS = {
  screen:
    'A backup is nothing for a screen. Name a file, or send it on: gatehouse backup - | gatehouse restore -',
  interrupted: 'The backup was broken off. Nothing is left of it.',
  migrated:
    'The database was brought up to date while it was read, so this is no backup of it. Nothing is left of it; run it again.',
  closed: 'Standard output was closed before the end, so what it got is no backup.',
  full: 'The disk that standard output goes to is full, so what it got is no backup. Make room and try again.',
  unreadable: (what: string) => `The store cannot be backed up: ${what}`,
};

interface BackupTools {
  config: Config;
  clock: Clock;
  /** Breaks it off: nothing is left of it. */
  signal?: AbortSignal | undefined;
  /** Is told how many rows of how many are through. */
  progress?: ((done: number, total: number) => void) | undefined;
}

export type Made = Awaited<ReturnType<typeof backUp>>;

/**
 * Backs up the store of the settings, whether it runs or not. It needs the memory of a few megabytes, or of the largest
 * row.
 *
 * @param file a name, or STANDARD for standard output
 * @throws Refusal; what the database says while it cannot answer
 */
export async function backUpStore(file: string, tools: BackupTools) {
  const { config, signal } = tools;
  return withExisting(config, async (db, migrations) => {
    refuseNewer(migrations, config.database);
    return file === STANDARD ? backUpTo(db, standardOutput(), tools) : backUp(db, file, tools);
  }).catch((error) => {
    if (signal?.aborted) throw new Refusal('interrupted', TEXTS.interrupted);
    if (error instanceof MigratedMeanwhile) throw new Refusal('migrated', TEXTS.migrated);
    if (error instanceof UnreadableRow) throw new Refusal('unreadable', TEXTS.unreadable(error.message));
    if (error.code === 'EPIPE') throw new Refusal('closed', TEXTS.closed);
    if (file === STANDARD && FULL.includes(error.code)) throw new Refusal('disk-full', TEXTS.full);
    throw error;
  });
}

/** Standard output as a place for a file; it stays open. @throws Refusal where it is a screen */
function standardOutput(): Writable {
  const { stdout } = process;
  if (stdout.isTTY) throw new Refusal('terminal', TEXTS.screen);
  // A reader that goes away ends a list well, but not a backup: it fails by what writing says.
  stdout.removeAllListeners('error').on('error', () => undefined);
  return new Writable({ write: (part, _encoding, done) => stdout.write(part, done) });
}

/** @throws Refusal when the file cannot be written or is there already; what the database says. Nothing is left */
export async function backUp(db: Database, file: string, tools: BackupTools) {
  return writeWholeFile(file, (target) => backUpTo(db, target, tools));
}

/** What the target holds when this throws has no end, which a restore sees. */
async function backUpTo(db: Database, target: Writable, tools: BackupTools) {
  const archive = writeArchive(target, tools.signal);
  try {
    const contents = await withSnapshot(db, (snapshot) => writeStore(archive, snapshot, tools));
    return { ...contents, ...(await archive.end()) };
  } catch (error) {
    await archive.abandon();
    throw error;
  }
}

async function writeStore(
  archive: ArchiveWriter,
  snapshot: Snapshot,
  { config, clock, progress }: BackupTools,
) {
  const about = aboutOf(snapshot, config, clock());
  await archive.add(ABOUT, asJson(about));
  const advance = progress && counter(progress, await countAll(snapshot));
  const tables: Manifest['tables'] = [];
  for (const table of snapshot.tables) tables.push(await writeTable(archive, snapshot, table, advance));
  const nextNumbers = await snapshot.nextNumbers();

  const key = config.secretKey === undefined && existsSync(secretFile(config));
  if (key) await archive.add(KEY_ENTRY, await readFile(secretFile(config)));
  await archive.add(MANIFEST, asJson({ ...about, tables, nextNumbers, entries: [...archive.entries] }));
  return { rows: tables.reduce((sum, { rows }) => sum + rows, 0), holdsKey: key };
}

function aboutOf({ migrations }: Snapshot, config: Config, now: number): About {
  const secret = findSecret(config);
  return {
    format: FORMAT,
    program: programVersion(),
    createdAt: new Date(now).toISOString(),
    dialect: config.database.dialect,
    migrations,
    key: secret === undefined ? null : keyFingerprint(secret),
  };
}

/** Writes the rows of one table, in parts that are small enough to be read whole. */
async function writeTable(
  archive: ArchiveWriter,
  snapshot: Snapshot,
  table: Table,
  advance: ((rows: number) => void) | undefined,
): Promise<Manifest['tables'][number]> {
  const digest = new TableDigest();
  let lines: string[] = [];
  let bytes = 0;
  let chunks = 0;
  const flush = async () => {
    chunks += 1;
    await archive.add(chunkName(table.name, chunks), Buffer.from(lines.join('')));
    lines = [];
    bytes = 0;
  };
  for await (const rows of snapshot.rows(table)) {
    for (const row of rows) {
      digest.add(row);
      const line = `${encodeRow(row)}\n`;
      lines.push(line);
      bytes += line.length;
      if (bytes >= CHUNK_BYTES) await flush();
    }
    advance?.(rows.length);
  }
  if (lines.length > 0) await flush();
  return { name: table.name, rows: digest.rows, sum: digest.sum };
}

export function counter(
  progress: (done: number, total: number) => void,
  total: number,
): (rows: number) => void {
  let done = 0;
  return (rows) => {
    done += rows;
    progress(done, total);
  };
}
