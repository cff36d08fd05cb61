import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseDatabaseUrl } from '../src/config.ts';
import { connect, type Database } from '../src/database/connection.ts';
import { peakBytes } from './process-stats.ts';

/** Where a store can be copied to: an empty database, known by what it runs on. */
export interface Place {
  kind: string;
  url: string;
  drop: () => Promise<void>;
}

const LOOK_AGAIN = 100;

/** Makes a name for a SQLite file, or an empty database on a server. */
export async function openPlace(kind: string, folder: string, server: string | undefined): Promise<Place> {
  const name = `gatehouse_move_${randomBytes(4).toString('hex')}`;
  if (!server) return { kind, url: `sqlite:${join(folder, `${name}.db`)}`, drop: async () => undefined };
  const own = new URL(server);
  own.pathname = `/${name}`;
  const force = own.protocol.startsWith('postgres') ? ' with (force)' : '';
  await onDatabase(server, (db) => db.raw('create database ??', [name]));
  const drop = () =>
    onDatabase(server, (db) => db.raw(`drop database ??${force}`, [name])).then(() => undefined);
  return { kind, url: own.href, drop };
}

export async function onDatabase<T>(url: string, work: (db: Database) => PromiseLike<T>): Promise<T> {
  const db = connect(parseDatabaseUrl(url), (message) => process.stderr.write(`${message}\n`));
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

/** What a command said, and what it took. */
export interface Run {
  /** What it printed as JSON. */
  answer: Record<string, unknown>;
  seconds: number;
  /** The most memory that it had at once; undefined where there is no /proc. */
  peak: number | undefined;
}

/**
 * Runs `gatehouse …` as a process of its own.
 *
 * @param script the built command
 * @throws when its exit code is not 0
 */
export async function runCommand(
  script: string,
  args: readonly string[],
  settings: Record<string, string> = {},
): Promise<Run> {
  const begun = performance.now();
  const child = spawn(process.execPath, [script, ...args, '--json'], {
    env: settings,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (text) => {
    printed.out += text;
  });
  child.stderr.on('data', (text) => {
    printed.err += text;
  });
  let peak: number | undefined;
  const looking = setInterval(() => {
    peak = peakBytes(child.pid as number) ?? peak;
  }, LOOK_AGAIN);
  const [code] = await once(child, 'close');
  clearInterval(looking);
  if (code !== 0) throw new Error(`gatehouse ${args[0]} ended with ${code}: ${printed.err}`);
  return { answer: JSON.parse(printed.out), seconds: (performance.now() - begun) / 1_000, peak };
}
