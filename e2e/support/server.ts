import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../src/testing/ports.ts';

const SERVER = fileURLToPath(new URL('../../dist/src/server.js', import.meta.url));

/** A store that runs as its owner would run it: the built program, on a port and a database of its own. */
export interface Store {
  url: string;
  /** The link for the first admin, as the terminal shows it. */
  setupUrl: string;
  /** The environment settings with which it runs. */
  settings: Record<string, string>;
  /** Everything that it printed. */
  output: () => string;
  /** Stops it as a service manager would, and removes its data. */
  stop: () => Promise<void>;
}

/**
 * @param settings environment settings that differ from those of all stores here
 * @param args `--https` for a store as `npm run start:https` starts it
 */
export async function startStore(settings: Record<string, string> = {}, args: string[] = []): Promise<Store> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-e2e-'));
  const all = {
    NODE_ENV: 'test',
    // Not 0: PUBLIC_URL, to which mailed links and passkeys are bound, takes its port from here.
    PORT: String(await freePort()),
    DATA_DIR: dataDir,
    BCRYPT_COST: '4',
    LOG_LEVEL: 'warn',
    // As it would be anyway: so the settings' page shows how what the environment sets is shown.
    STORE_NAME: 'Gatehouse',
    ...settings,
  };
  const server = spawn(process.execPath, [SERVER, ...args], {
    // Neither this machine's settings nor a `.env` file in the project's folder count.
    cwd: dataDir,
    env: { PATH: process.env.PATH, SystemRoot: process.env.SystemRoot, ...all },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = endOf(server);

  const setupUrl = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const link = /Set one up at (\S+)\n/.exec(output)?.[1];
      if (link) resolve(link);
    };
    server.stdout.on('data', look);
    ended.then((how) => reject(new Error(`The store did not start (${how}):\n${output}`)), reject);
  });

  return {
    url: /is open at (\S+)/.exec(output)?.[1] ?? '',
    setupUrl,
    settings: all,
    output: () => output,
    async stop() {
      server.kill('SIGTERM');
      const how = await ended;
      rmSync(dataDir, { recursive: true, force: true });
      // Windows has no SIGTERM: there the process is simply ended.
      if (how !== 'exit code 0' && process.platform !== 'win32') {
        throw new Error(`The store did not stop cleanly (${how}):\n${output}`);
      }
      if (output.includes('LockOrderWarning')) throw new Error(`Rows were locked out of order:\n${output}`);
    },
  };
}

function endOf(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}
