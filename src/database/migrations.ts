import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Knex } from 'knex';
import { SECOND } from '../clock.ts';
import type { Database } from './connection.ts';
import { isConflict } from './dialect.ts';

const FOLDER = join(import.meta.dirname, '../../migrations');
const PATIENCE = 30 * SECOND;
const PAUSE = 200;

/** Names migrations without their ending, so that `.ts` in tests and `.js` in the build are the same ones. */
const source: Knex.MigrationSource<string> = {
  async getMigrations() {
    const files = await readdir(FOLDER);
    return files.filter((file) => /^\d{14}_\w+\.(ts|js)$/.test(file)).sort();
  },
  getMigrationName: (file) => basename(file, extname(file)),
  getMigration: (file) => import(pathToFileURL(join(FOLDER, file)).href),
};

/** Knex's lock is taken, or two processes made Knex's own tables at the same instant. */
function isAnotherAtWork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'MigrationLocked' || isConflict(error) || /knex_migrations/.test(error.message);
}

/**
 * Brings the database to the shape that this version expects. When another process is migrating, waits for it.
 *
 * @returns the names of the migrations that were run, oldest first; empty when there was nothing to do
 * @throws when another process holds the migration lock for more than 30 seconds, or a migration fails
 */
export async function migrate(db: Database): Promise<string[]> {
  for (let waited = 0; ; waited += PAUSE) {
    try {
      const [, names] = await db.migrate.latest({ migrationSource: source });
      return names;
    } catch (error) {
      if (!isAnotherAtWork(error) || waited >= PATIENCE) throw error;
      await sleep(PAUSE);
    }
  }
}
