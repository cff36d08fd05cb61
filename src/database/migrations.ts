import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { SECOND } from '../shared/clock.ts';
import type { Database } from './connection.ts';
import { withoutCascades } from './dialect-columns.ts';
import { holdLock, locksReachAll } from './dialect-lock.ts';
import { refuseUnfinished } from './unfinished-transfer.ts';

const FOLDER = join(import.meta.dirname, '../../migrations');
const TIMEOUT = 30 * SECOND;
const STATE_TIMEOUT = 3 * SECOND;
const LOCK = 'gatehouse-migrations';
const KNEX_TABLE = 'knex_migrations';
const KNEX_LOCK = 'knex_migrations_lock';

/** Names migrations without their ending, so that `.ts` in tests and `.js` in the build are the same ones. */
const source: Knex.MigrationSource<string> = {
  async getMigrations() {
    const files = await readdir(FOLDER);
    return files.filter((file) => /^\d{14}_\w+\.(ts|js)$/.test(file)).sort();
  },
  getMigrationName: (file) => basename(file, extname(file)),
  getMigration: (file) => import(pathToFileURL(join(FOLDER, file)).href),
};

/**
 * Brings the database to the shape that this version expects. When another process is migrating, waits for it.
 *
 * @returns the names of the migrations that were run, oldest first; empty when there was nothing to do
 * @throws when another process migrates for more than 30 seconds, or a migration fails; UnfinishedTransfer when
 * the database holds a part of a store
 */
export async function migrate(db: Database): Promise<string[]> {
  await refuseUnfinished(db);
  // Most starts: nothing to lock or to write, for which processes on several nodes of a cluster would be in conflict.
  if ((await migrationState(db)).pending.length === 0) return [];
  return whileNobodyMigrates(db, async () => {
    await refuseUnfinished(db);
    return migrateTo(db, await knownMigrations());
  });
}

/** Does something to a whole database at a time at which no other process migrates it. */
export async function whileNobodyMigrates<T>(db: Database, work: () => Promise<T>): Promise<T> {
  return holdLock(db, LOCK, TIMEOUT, work);
}

/** The names of all migrations of this version, oldest first. */
export async function knownMigrations(): Promise<string[]> {
  return (await source.getMigrations([])).map((file) => source.getMigrationName(file));
}

/** The names of those that were run on a database that is a store. @throws also when it does not answer for long */
export async function migrationsRun(db: Database): Promise<string[]> {
  return db(KNEX_TABLE).pluck('name').timeout(STATE_TIMEOUT);
}

/**
 * Runs some migrations, for who has seen to it that nobody else does, and without looking what the database is for.
 *
 * @param names those that shall then have been run; this version must know them
 * @returns the names of those that were run now, oldest first
 */
export async function migrateTo(db: Database, names: readonly string[]): Promise<string[]> {
  const some: Knex.MigrationSource<string> = {
    ...source,
    getMigrations: async (endings) =>
      (await source.getMigrations(endings)).filter((file) => names.includes(source.getMigrationName(file))),
  };
  await repairKnexLock(db);
  const [, ran] = await db.migrate.latest({ migrationSource: some });
  return ran;
}

/**
 * Whether a database has to be migrated by hand before a store starts on it: in a Galera cluster a lock holds on one
 * node alone, and two processes on two nodes would migrate at once.
 */
export async function mustBeMigratedFirst(db: Database): Promise<boolean> {
  return !(await locksReachAll(db)) && (await migrationState(db)).pending.length > 0;
}

/** How a database stands to this version of the program, by the names of migrations. */
export interface MigrationState {
  /** Those that are still to be run here, oldest first. */
  pending: string[];
  /** Those that were run here by a newer version. */
  unknown: string[];
  /** Whether none was run yet: there is no store. */
  isNew: boolean;
  /** Whether a version from before the first release made it: what it has run no version knows, and none goes on from. */
  isPrerelease: boolean;
}

/** Compares a database with this version. It only looks: nothing is made, not even Knex's own tables. */
export async function migrationState(db: Database): Promise<MigrationState> {
  const known = await knownMigrations();
  const run: string[] = (await db.schema.hasTable(KNEX_TABLE)) ? await db(KNEX_TABLE).pluck('name') : [];
  return {
    pending: known.filter((name) => !run.includes(name)),
    unknown: run.filter((name) => !known.includes(name)).sort(),
    isNew: run.length === 0,
    isPrerelease: isPrerelease(run, known),
  };
}

/** Whether a store was made before the first release, by what was run on it: every later one began with the baseline. */
export function isPrerelease(run: readonly string[], [first]: readonly string[]): boolean {
  return run.length > 0 && !run.some((name) => name === first);
}

/**
 * Knex's own lock is a row, which a killed process leaves behind and two first starts make twice. Ours ends
 * with its process, so whoever holds it may put the row right.
 */
async function repairKnexLock(db: Database): Promise<void> {
  if (!(await db.schema.hasTable(KNEX_LOCK))) return;
  await db(KNEX_LOCK).delete();
  await db(KNEX_LOCK).insert({ is_locked: 0 });
}

/**
 * Undoes migrations, the newest first, under the same lock. What the tables and columns held that they made is gone.
 *
 * @param names the newest ones that were run here, newest first, each known to this version
 * @throws when another process migrates for more than 30 seconds, or one cannot be undone: those before it are
 */
export async function rollBack(db: Database, names: readonly string[]): Promise<void> {
  await whileNobodyMigrates(db, async () => {
    await repairKnexLock(db);
    await withoutCascades(db, async () => {
      for (const name of names) await db.migrate.down({ migrationSource: source, name });
    });
  });
}

/** Migrations that were run together, when a database was made or brought up to date. */
interface MigrationBatch {
  /** In UTC milliseconds, when the last of them was through. */
  at: number;
  /** Oldest first. */
  names: string[];
}

/** What was run on a database and when, oldest first. */
export async function migrationBatches(db: Database): Promise<MigrationBatch[]> {
  if (!(await db.schema.hasTable(KNEX_TABLE))) return [];
  const rows = await db(KNEX_TABLE).orderBy(['batch', 'name']).select('name', 'batch', 'migration_time');
  const batches = new Map<number, MigrationBatch>();
  for (const { name, batch, migration_time: time } of rows) {
    const { at = 0, names = [] } = batches.get(batch) ?? {};
    batches.set(batch, { at: Math.max(at, new Date(time).getTime()), names: [...names, name] });
  }
  return [...batches.values()];
}
