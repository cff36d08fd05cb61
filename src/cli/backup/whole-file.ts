import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { reasonOf } from '../../shared/reason.ts';
import { Refusal } from '../shell/output.ts';

const TEXTS = {
  exists: (file: string) =>
    `${file} is there already, and a backup never takes the place of another file. Choose another name.`,
  noFolder: (folder: string) => `There is no folder ${folder}. Make it first.`,
  full: (folder: string) =>
    `The disk of ${folder} is full. Nothing is left of this backup; make room and try again.`,
  unwritable: (file: string, reason: string) => `${file} cannot be written (${reason}).`,
};

/** What stands between the name of a file and the random name of its part that is being written. */
export const PART = '.part-';

/** What the system says when there is no room. */
export const FULL = ['ENOSPC', 'EDQUOT'];

/**
 * Writes a file that is there whole or not at all, for its owner alone: beside its place first, and on the disk before
 * it gets its name.
 *
 * @param work writes it to the end, and ends what it writes to
 * @throws Refusal when the file is there already or cannot be written; what `work` throws. No part is left then
 */
export async function writeWholeFile<T>(file: string, work: (target: Writable) => Promise<T>): Promise<T> {
  refuseExisting(file);
  const part = `${file}${PART}${randomBytes(4).toString('hex')}`;
  try {
    const handle = await open(part, 'wx', 0o600);
    try {
      const outcome = await work(writingTo(handle));
      await handle.sync();
      refuseExisting(file);
      await rename(part, file);
      await syncFolder(dirname(file));
      return outcome;
    } finally {
      await handle.close();
    }
  } catch (error) {
    // Where it could not be made it cannot be removed, and what went wrong first is what is told.
    await rm(part, { force: true }).catch(() => undefined);
    throw tellable(error, file);
  }
}

function writingTo(handle: FileHandle): Writable {
  return new Writable({
    write(part: Buffer, _encoding, done) {
      handle.writeFile(part).then(() => done(), done);
    },
  });
}

function refuseExisting(file: string): void {
  if (existsSync(file)) throw new Refusal('exists', TEXTS.exists(file), { file });
}

/** So that the name outlives a power cut as well. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** What went wrong, as a Refusal where the file system says it. */
function tellable(error: unknown, file: string): unknown {
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  if (FULL.includes(code)) return new Refusal('disk-full', TEXTS.full(dirname(file)), { file });
  if (code === 'ENOENT' && syscall === 'open')
    return new Refusal('folder', TEXTS.noFolder(dirname(file)), { file });
  // Only what the file system says: a database that cannot be reached is told by others.
  const isFile = ['open', 'write', 'fsync', 'rename', 'rm'].includes(syscall ?? '');
  return isFile ? new Refusal('file', TEXTS.unwritable(file, reasonOf(error)), { file }) : error;
}
