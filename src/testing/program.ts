import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { BUILT } from '../cli/build.mjs';
import { parseDatabaseUrl } from '../config/config.ts';
import type { DatabaseAddress } from '../database/dialect.ts';
import { openEmptyPlace } from './database.ts';

/** How a process ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The built program as a process of its own, as its owner starts it. */
export interface Program {
  process: ChildProcess;
  /** What it has printed so far. */
  out: { stdout: string; stderr: string };
  /** Its address, when it says that it is open. Throws when it ends before. */
  open: () => Promise<string>;
  ended: Promise<Ended>;
  /** Sends a signal and waits for the end. */
  stop: (signal?: NodeJS.Signals) => Promise<Ended>;
}

/** A place to start the program in: an empty folder and an empty database of this run's kind. */
export interface Workplace {
  folder: string;
  /** The settings that say where the data are. */
  settings: Record<string, string>;
  /** Where the store's database is, or will be. */
  address: DatabaseAddress;
  /** @param server the program's file, where it is not the one that is built here */
  start: (settings?: Record<string, string>, server?: string) => Program;
  /** Ends what still runs and removes everything. */
  clear: () => Promise<void>;
}

export async function openWorkplace(): Promise<Workplace> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-program-'));
  const url = inject('databaseUrl');
  // On SQLite the program makes a file of its own in its data folder.
  const server = parseDatabaseUrl(url).dialect === 'sqlite' ? undefined : await openEmptyPlace(url);
  const settings: Record<string, string> = { PORT: '0', BCRYPT_COST: '4', LOG_LEVEL: 'warn' };
  if (server) settings.DATABASE_URL = server.url;
  const started: Program[] = [];
  return {
    folder,
    settings,
    address: server?.address ?? { dialect: 'sqlite', file: join(folder, 'data', 'gatehouse.db') },
    start(more = {}, file) {
      const program = startProgram({ ...settings, ...more }, folder, file);
      started.push(program);
      return program;
    },
    async clear() {
      await Promise.all(started.map((program) => program.stop('SIGKILL')));
      await server?.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param file the built program that is started; by default the store itself */
export function startProgram(
  settings: Record<string, string>,
  folder: string,
  file = join(BUILT, 'server.js'),
): Program {
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      out[stream] += text;
    });
  }
  return {
    process: child,
    out,
    ended,
    open: () =>
      new Promise((resolve, reject) => {
        const look = () => {
          const url = /^.* is open at (\S+)\n/m.exec(out.stdout + out.stderr)?.[1];
          if (url) resolve(url);
        };
        look();
        child.stdout.on('data', look);
        child.stderr.on('data', look);
        ended.then(() => reject(new Error(`It ended: ${out.stderr || out.stdout}`)));
      }),
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}
