// JavaScript, not TypeScript: it runs before anything is built.
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '../..');
const LOCK = join(PROJECT, 'dist', 'building');
const LOCK_IS_STALE = 120_000;
const LOOK_AGAIN = 100;

/** The folder of the built program. */
export const BUILT = join(PROJECT, 'dist', 'src');

/** Builds the program if its sources changed since the last time. Several processes may ask at once: one builds. */
export function buildIfStale() {
  // A lock means that somebody builds right now: what is there is not whole yet.
  if (!isStale() && !existsSync(LOCK)) return;
  mkdirSync(join(PROJECT, 'dist'), { recursive: true });
  while (!takeLock()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN);
  try {
    if (isStale()) execFileSync('npm', ['run', '-s', 'build'], { cwd: PROJECT, stdio: 'pipe' });
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/** @returns {boolean} false while another process has it */
function takeLock() {
  try {
    closeSync(openSync(LOCK, 'wx'));
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    // Left behind by a run that was broken off.
    if (Date.now() - since > LOCK_IS_STALE) rmSync(LOCK, { force: true });
    return false;
  }
}

function isStale() {
  const entry = join(BUILT, 'server.js');
  if (!existsSync(entry)) return true;
  // Where the compiler was left out, as in an image for production, what is there is what there is.
  if (!existsSync(join(PROJECT, 'node_modules', 'typescript'))) return false;
  const built = statSync(entry).mtimeMs;
  return ['src', 'migrations'].some((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && !/\.test\.ts$|[\\/]testing$/.test(join(file.parentPath, file.name)))
      .some((file) => statSync(join(file.parentPath, file.name)).mtimeMs > built),
  );
}
