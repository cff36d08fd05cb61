import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { BUILT, buildIfStale } from '../../cli/build.mjs';
import { openWorkplace, type Workplace } from '../../testing/program.ts';

// A store that was started in a terminal, whose window is then closed. `script` of Linux opens a terminal for it.

vi.setConfig({ testTimeout: 60_000 });

let place: Workplace;
beforeAll(async () => {
  buildIfStale();
  place = await openWorkplace();
});
afterAll(async () => {
  vi.resetConfig();
  await place.clear();
});

const hasTerminals = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;

/** Whether a process is there. */
function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.skipIf(!hasTerminals).each(['1', '2'])(
  'a store of %s process ends with the terminal that it was started in',
  async (workers) => {
    const command = `echo "pid $$"; exec "${process.execPath}" "${join(BUILT, 'server.js')}"`;
    const terminal = spawn('script', ['--quiet', '--command', command, '/dev/null'], {
      cwd: place.folder,
      env: { ...place.settings, PATH: process.env.PATH, SHELL: '/bin/sh', WORKERS: workers },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    await expect.poll(() => shown, { timeout: 30_000 }).toMatch(/is open at \S+\s/);
    const pid = Number(/pid (\d+)/.exec(shown)?.[1]);
    try {
      terminal.kill('SIGKILL');
      await expect.poll(() => lives(pid), { timeout: 15_000 }).toBe(false);
    } finally {
      if (lives(pid)) process.kill(pid, 'SIGTERM');
    }
  },
);
