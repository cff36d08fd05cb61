import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { parseDatabaseUrl } from '../config/config.ts';
import { connect, type Database } from '../database/connection.ts';
import { type DatabaseAddress, dialectOf } from '../database/dialect.ts';
import { migrate } from '../database/migrations.ts';
import type { Transaction } from '../database/transaction.ts';
import { tablesIn } from '../database/transfer/dialect-tables.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
    /** How the names of this run's databases on a server begin. */
    databasePrefix: string;
  }
}

/** A migrated, empty database that nobody else uses. */
export interface TestDatabase {
  db: Database;
  address: DatabaseAddress;
  /** Ends the connections and, on a server, removes the database. */
  drop: () => Promise<void>;
}

/** What Knex warns of in tests is what a test provokes; the test looks at the outcome. */
export const unheard = () => undefined;

/**
 * Opens an empty database of the kind that this run is for. On a server it may be one that an earlier test has used:
 * to empty one takes a hundredth of the time that making one takes.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const made = spare.pop() ?? (await makeDatabase());
  const db = connect(made.address, unheard);
  if (made.address.dialect === 'sqlite') await migrate(db);
  return {
    db,
    address: made.address,
    async drop() {
      await db.destroy();
      if (made.address.dialect !== 'sqlite') await putBack(made);
    },
  };
}

/** A place for a store where nothing is yet: not even a file, or a database on a server without tables. */
export interface EmptyPlace {
  url: string;
  address: DatabaseAddress;
  /** Removes what is there by then. */
  drop: () => Promise<void>;
}

/** @param url a server's, as the tests are given it; without one a SQLite file is meant */
export async function openEmptyPlace(url?: string): Promise<EmptyPlace> {
  if (!url || parseDatabaseUrl(url).dialect === 'sqlite') {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-place-'));
    const file = join(folder, 'store.db');
    return {
      url: `sqlite:${file}`,
      address: { dialect: 'sqlite', file },
      drop: async () => rmSync(folder, { recursive: true, force: true }),
    };
  }
  const server = parseDatabaseUrl(url);
  const name = `${inject('databasePrefix')}${randomBytes(4).toString('hex')}`;
  const encoding = server.dialect === 'mysql' ? ' character set utf8mb4' : '';
  await runOn(server, `create database ??${encoding}`, name);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const force = server.dialect === 'postgres' ? ' with (force)' : '';
  return {
    url: own.href,
    address: parseDatabaseUrl(own.href),
    drop: () => runOn(server, `drop database ??${force}`, name),
  };
}

/** A migrated database on a server, or the address of SQLite's, which is new for each connection. */
interface MadeDatabase {
  address: DatabaseAddress;
  remove: () => Promise<void>;
  tables: string[];
  /** What migrations put into tables. */
  seeds: Map<string, object[]>;
}

/** Databases that tests of this process have done with. Those of the whole run are removed at its end. */
const spare: MadeDatabase[] = [];

async function makeDatabase(): Promise<MadeDatabase> {
  const url = inject('databaseUrl');
  const server = parseDatabaseUrl(url);
  if (server.dialect === 'sqlite')
    return { address: server, remove: async () => undefined, tables: [], seeds: new Map() };

  const { address, drop } = await openEmptyPlace(url);
  return onConnection(address, async (db) => {
    await migrate(db);
    const tables = await tablesIn(db);
    const seeds = new Map<string, object[]>();
    for (const table of tables) seeds.set(table, await db(table).select());
    return { address, remove: drop, tables, seeds };
  });
}

const MIGRATIONS = 'knex_migrations';

/** Which migrations were run, and which together. */
function batchesIn(rows: object[]): string {
  const ran = rows as { name: string; batch: number }[];
  return ran
    .map(({ name, batch }) => `${batch} ${name}`)
    .sort()
    .join();
}

/** Empties a database for the next test; one whose tables or migrations a test has changed is removed. */
async function putBack(made: MadeDatabase): Promise<void> {
  const { address, tables, seeds } = made;
  const isWhole = await onConnection(address, async (db) => {
    if ((await tablesIn(db)).join() !== tables.join()) return false;
    if (batchesIn(await db(MIGRATIONS).select()) !== batchesIn(seeds.get(MIGRATIONS) ?? [])) return false;
    const data = tables.filter((table) => !table.startsWith('knex_'));
    await db.transaction(async (trx) => {
      await emptyTables(trx, data);
      for (const table of data) {
        for (const row of seeds.get(table) ?? []) await trx(table).insert(row);
      }
    });
    return true;
  });
  if (isWhole) spare.push(made);
  else await made.remove();
}

async function emptyTables(trx: Transaction, tables: string[]): Promise<void> {
  // Most are empty, and to truncate one takes longer than to look.
  const looks = tables.map(
    () => 'select ? as name from (select 1 as one) as source where exists (select 1 from ??)',
  );
  const found = await trx.raw(
    looks.join(' union all '),
    tables.flatMap((table) => [table, table]),
  );
  if (dialectOf(trx) === 'postgres') {
    const used = found.rows.map(({ name }: { name: string }) => name);
    if (used.length === 0) return;
    await trx.raw(`truncate ${used.map(() => '??').join()} restart identity cascade`, used);
    return;
  }
  await trx.raw('set foreign_key_checks = 0');
  for (const { name } of found[0]) await trx(name).delete();
  await trx.raw('set foreign_key_checks = 1');
}

async function onConnection<T>(address: DatabaseAddress, work: (db: Database) => Promise<T>): Promise<T> {
  const db = connect(address, unheard);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

async function runOn(address: DatabaseAddress, sql: string, name: string): Promise<void> {
  await onConnection(address, (db) => db.raw(sql, [name]));
}
