import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../folders.ts';

/** The folder of the built program. */
export const BUILT = join(PROJECT_FOLDER, 'dist', 'src');

const LOCK = join(PROJECT_FOLDER, 'dist', 'building');
const LOCK_IS_STALE = 120_000;
const LOOK_AGAIN = 100;

/** Builds the program if its sources changed since the last time. Several test files may ask at once: one builds. */
export function buildIfStale(): void {
  mkdirSync(join(PROJECT_FOLDER, 'dist'), { recursive: true });
  while (!takeLock()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN);
  try {
    if (isStale()) execFileSync('npm', ['run', '-s', 'build'], { cwd: PROJECT_FOLDER, stdio: 'pipe' });
  } finally {
    rmSync(LOCK, { force: true });
  }
}

function takeLock(): boolean {
  try {
    closeSync(openSync(LOCK, 'wx'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    // Left behind by a run that was broken off.
    if (Date.now() - since > LOCK_IS_STALE) rmSync(LOCK, { force: true });
    return false;
  }
}

function isStale(): boolean {
  const entry = join(BUILT, 'server.js');
  if (!existsSync(entry)) return true;
  const built = statSync(entry).mtimeMs;
  return ['src', 'migrations'].some((folder) =>
    readdirSync(join(PROJECT_FOLDER, folder), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && !/\.test\.ts$|[\\/]testing$/.test(join(file.parentPath, file.name)))
      .some((file) => statSync(join(file.parentPath, file.name)).mtimeMs > built),
  );
}
