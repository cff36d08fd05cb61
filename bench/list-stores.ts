import { randomBytes } from 'node:crypto';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { parseDatabaseUrl } from '../src/config.ts';
import { connect } from '../src/database/connection.ts';
import { migrate } from '../src/database/migrations.ts';
import { paths } from '../src/paths.ts';
import { addMembers } from './in-process.ts';
import { fillLists } from './list-rows.ts';
import { timedGet } from './load.ts';
import { Member } from './member.ts';
import type { Served, Workplace } from './workplace.ts';

const ADMIN = 'bench-ana';

/** A running store whose lists have so many rows, as an admin's browser sees it. */
export interface ListStore {
  /** Gives a page. Throws when the answer is none. */
  get: (path: string) => Promise<string>;
  /** Asks for a page over a connection that is kept open. @returns how long the answer took, in milliseconds */
  time: (path: string) => Promise<number>;
  /** Ends the server and, on a database server, removes the database. */
  close: () => Promise<void>;
}

/**
 * Makes a store with lists of some length and starts it.
 *
 * @param rows how many members it has, and how many audit rows
 * @param server a PostgreSQL or MySQL server where a database may be made; undefined for SQLite
 */
export async function openListStore(
  workplace: Workplace,
  rows: number,
  server: string | undefined,
): Promise<ListStore> {
  const { url, drop } = await makeDatabase(workplace, rows, server);
  try {
    const settings = {
      DATABASE_URL: url,
      SECRET_KEY: randomBytes(32).toString('base64url'),
      MEMBERSHIP: 'approval',
      REQUIRE_2FA: 'none',
    };
    await onDatabase(url, migrate);
    await addMembers(settings, [ADMIN], 'admin');
    await onDatabase(url, (db) => fillLists(db, rows));
    const store = await serve(workplace, settings);
    const admin = new Member(store.url, ADMIN);
    await admin.logIn();
    await admin.get(paths.store()); // Shows the greeting, which comes once.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    return {
      time: (path) => timedGet({ url: store.url + path, headers: { cookie: admin.cookie } }, agent),
      async get(path) {
        const { status, text } = await admin.get(path);
        if (status !== 200) throw new Error(`${path} answered ${status}.`);
        return text;
      },
      async close() {
        agent.destroy();
        await store.stop();
        await drop();
      },
    };
  } catch (error) {
    await drop();
    throw error;
  }
}

function serve(workplace: Workplace, settings: Record<string, string>): Promise<Served> {
  return workplace.serve('../src/server.js', {
    // As `npm start` starts it.
    node: ['--max-semi-space-size=8'],
    env: (port) => ({ ...settings, DATA_DIR: join(workplace.folder, `data-${port}`), PORT: String(port) }),
    readyPath: paths.ready(),
  });
}

/** Makes an empty database: a file, or on a server one of its own. @param label a part of its name */
export async function makeDatabase(
  workplace: Workplace,
  label: string | number,
  server: string | undefined,
): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `gatehouse_bench_${randomBytes(4).toString('hex')}_${label}`;
  if (server === undefined) {
    return { url: `sqlite:${join(workplace.folder, `${name}.db`)}`, drop: async () => undefined };
  }
  const own = new URL(server);
  own.pathname = `/${name}`;
  const force = own.protocol.startsWith('postgres') ? ' with (force)' : '';
  await onDatabase(server, (db) => db.raw('create database ??', [name]));
  return {
    url: own.href,
    drop: () => onDatabase(server, async (db) => void (await db.raw(`drop database ??${force}`, [name]))),
  };
}

async function onDatabase<Result>(
  url: string,
  work: (db: ReturnType<typeof connect>) => Promise<Result>,
): Promise<Result> {
  const db = connect(parseDatabaseUrl(url), (message) => process.stderr.write(`${message}\n`));
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
