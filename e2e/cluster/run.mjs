import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { missingPackages } from './packages.mjs';

/**
 * Runs the tests of the cluster, and sees to it that nothing of them is left, however they end: servers, stores and
 * tests are one group of processes, and all their files are in one folder.
 */

const PROJECT = join(import.meta.dirname, '../..');
/** The tests take a minute, and a half on a busy machine; what hangs must not hang for ever. */
const LONGEST = 180_000;

function main() {
  // Where Debian keeps servers, which not everybody looks for there.
  process.env.PATH = [process.env.PATH, '/usr/sbin'].join(delimiter);
  const missing = missingPackages();
  if (missing.length > 0) {
    process.stdout.write(`not run: the tests of the cluster need ${missing.join(', ')} on this machine\n`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cluster-'));
  const vitest = join(PROJECT, 'node_modules/vitest/vitest.mjs');
  const tests = spawn(
    process.execPath,
    [vitest, 'run', '--config', join(import.meta.dirname, 'vitest.config.ts'), ...process.argv.slice(2)],
    { cwd: PROJECT, stdio: 'inherit', detached: true, env: { ...process.env, CLUSTER_FOLDER: folder } },
  );
  const timer = setTimeout(() => {
    process.stderr.write('The tests of the cluster took too long.\n');
    endAll(tests.pid, 'SIGKILL');
  }, LONGEST);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => endAll(tests.pid, 'SIGKILL'));
  }
  tests.once('exit', (code) => {
    clearTimeout(timer);
    endAll(tests.pid, 'SIGKILL');
    // Those that were killed may still be writing for an instant.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    process.exitCode = code ?? 1;
  });
}

/**
 * @param {number | undefined} group
 * @param {NodeJS.Signals} signal
 */
function endAll(group, signal) {
  if (group === undefined) return;
  try {
    process.kill(-group, signal);
  } catch (error) {
    // Nobody is left.
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

main();
