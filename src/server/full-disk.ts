import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '../config/config.ts';
import { existingFolder } from '../diagnostics/files.ts';
import { reasonOf } from '../shared/reason.ts';
import { StartRefused } from '../shared/start-error.ts';

const TEXTS = {
  full: (folder: string, free: number) =>
    `The disk at ${folder} is full (${free} bytes free). Make room, then start the store again.`,
};

/** What a start writes at least, in bytes: the first one makes a database of 600 kB. */
const LEAST_ROOM = 1_000_000;

/** How SQLite and the system say that there is no room, or may mean it. */
const NO_ROOM = /ENOSPC|SQLITE_(FULL|IOERR|CANTOPEN)/;

/**
 * Starts a store; where that fails on a full disk, the refusal names the disk.
 *
 * @throws StartRefused, or what the start threw
 */
export async function nameFullDisk<T>(
  { dataDir, database }: Pick<Config, 'dataDir' | 'database'>,
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (!NO_ROOM.test(reasonOf(error))) throw error;
    for (const folder of [dataDir, ...(database.dialect === 'sqlite' ? [dirname(database.file)] : [])]) {
      const { bavail, bsize } = statfsSync(existingFolder(folder));
      if (bavail * bsize < LEAST_ROOM) throw new StartRefused(TEXTS.full(folder, bavail * bsize));
    }
    throw error;
  }
}
