import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const START_TIMEOUT = 60_000;
const STOP_TIMEOUT = 15_000;
const LOOK_AGAIN = 5;

/** A server under measurement: a process of its own on a port of 127.0.0.1. */
export interface Served {
  url: string;
  pid: number;
  /** From the start of the process to the end of its first answer, in milliseconds. */
  firstAnswer: number;
  /** Asks it to end and waits until it has. Throws when it did not end cleanly. */
  stop: () => Promise<void>;
}

export interface ServeOptions {
  /** Options of node itself. */
  node?: string[];
  /** Its arguments, once its port is chosen. */
  args?: (port: number) => string[];
  /** Its environment, once its port is chosen; nothing of the bench's own gets in but PATH. */
  env?: (port: number) => Record<string, string>;
  /** Answers 200 as soon as the server is ready. */
  readyPath: string;
}

/** Where a run happens: a temporary folder and the processes it started. Nothing of it outlives the run. */
export interface Workplace {
  folder: string;
  /** @param script a built file, named from this folder */
  serve: (script: string, options: ServeOptions) => Promise<Served>;
  /** Ends what still runs and removes the folder. */
  close: () => void;
}

export function openWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  const running = new Set<ChildProcess>();

  function close(): void {
    for (const child of running) child.kill('SIGKILL');
    running.clear();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  // Also after an error that nobody caught, and after Ctrl+C.
  process.on('exit', close);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

  async function serve(script: string, { node, args, env, readyPath }: ServeOptions): Promise<Served> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const start = performance.now();
    const child = spawn(
      process.execPath,
      [...(node ?? []), fileURLToPath(new URL(script, import.meta.url)), ...(args?.(port) ?? [])],
      {
        // Not in the project's folder: a `.env` there must not change what is measured.
        cwd: folder,
        env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env?.(port) },
        // The log is written as in production, to /dev/null: to drain a pipe would burden the load generator.
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    running.add(child);
    let said = '';
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.once('exit', () => running.delete(child));
    await firstAnswer(url + readyPath, child).catch((error) => {
      throw new Error(`${script} did not start: ${error.message}\n${said}`);
    });
    return {
      url,
      pid: child.pid as number,
      firstAnswer: performance.now() - start,
      stop: () => stop(child, script, () => said),
    };
  }
  return { folder, serve, close };
}

/** Two asking at once could get the same port; here nobody else asks. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function firstAnswer(url: string, child: ChildProcess): Promise<void> {
  const end = performance.now() + START_TIMEOUT;
  while (performance.now() < end) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('it ended at once');
    const status = await statusOf(url);
    if (status === 200) return;
    if (status !== undefined) throw new Error(`its first answer was ${status}`);
    await sleep(LOOK_AGAIN);
  }
  throw new Error(`no answer within ${START_TIMEOUT} ms`);
}

/** @returns undefined while nobody listens there */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    });
    request.once('error', () => resolve(undefined));
  });
}

async function stop(child: ChildProcess, script: string, said: () => string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([ended, sleep(STOP_TIMEOUT, undefined, { ref: false })]);
  }
  // The bare servers know no SIGTERM; to end by it is clean for them.
  if (child.exitCode === 0 || child.signalCode === 'SIGTERM') return;
  throw new Error(
    `${script} did not end cleanly (${child.exitCode ?? child.signalCode ?? 'still running'})\n${said()}`,
  );
}
