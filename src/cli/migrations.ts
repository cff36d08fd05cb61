import type { Config } from '../config/config.ts';
import { loadSecret } from '../config/secret-key.ts';
import type { Database } from '../database/connection.ts';
import { encodingAdvice, encodingText, KINDS, placeOf } from '../database/database-text.ts';
import { isDenied, lossyEncoding } from '../database/dialect-fitness.ts';
import { type MigrationState, migrate, migrationBatches, rollBack } from '../database/migrations.ts';
import { minuteOf } from '../shared/clock.ts';
import { reasonOf } from '../shared/reason.ts';
import { inColumns, Refusal, type Report } from './shell/output.ts';
import type { Shell } from './shell/shell.ts';
import {
  makeFolderOf,
  migrationsOf,
  refuseNewer,
  refuseRunning,
  unusable,
  withDatabase,
  withExisting,
} from './shell/store.ts';

const TEXTS = {
  nothingToRun: (place: string) => `The database at ${place} is up to date.`,
  migrated: (place: string, migrations: number) =>
    migrations === 1
      ? `One migration was run on ${place}:`
      : `${migrations} migrations were run on ${place}:`,
  notMigrated: (reason: string) => `The migrations could not be run (${reason}).`,
  place: (kind: string, place: string) => `${kind} at ${place}`,
  upToDate: 'It is up to date with this version.',
  behind: 'It is of an older version. A start of the store, or gatehouse migrate, runs what is to be run:',
  newer: 'A newer version of the store has worked on it, which has run what this one does not know:',
  updateFirst: 'This version does not start with it. Update the program.',
  run: 'What was run, and when (UTC):',
  batch: (names: string[]) =>
    names.length === 1 ? `${names[0]}` : `${names.length} migrations, up to ${names.at(-1)}`,
  notRun: (name: string) =>
    `No migration ${name} was run on this database. gatehouse db status --json lists those that were.`,
  nothing: (name: string) => `${name} is the newest migration: there is nothing to undo.`,
  would: (place: string) =>
    `This would be undone at ${place}, and all that stands in the tables and columns that it made would be lost:`,
  confirm:
    'Nothing was changed. Make a backup (gatehouse backup FILE), stop the store, and run this again with --yes.',
  undone: (place: string) => `Undone at ${place}:`,
  next: 'A start of this version runs it again. Start the version that the database is for.',
  notUndone: (reason: string) =>
    `Not everything could be undone (${reason}). gatehouse db status says where the database stands.`,
};

/** Makes a store or brings its database up to date: `gatehouse migrate` and `gatehouse db migrate`. @throws Refusal */
export async function runMigrations(config: Config): Promise<Report> {
  const { database } = config;
  const place = placeOf(database);
  makeFolderOf(database);
  const migrations = await withDatabase(config, async (db) => {
    const state = await migrationsOf(db, database);
    refuseNewer(state, database);
    // A new store is whole then: accounts can be made in it before its first start.
    if (state.isNew) {
      const encoding = await lossyEncoding(db);
      if (encoding)
        throw new Refusal('encoding', `${encodingText(database, encoding)} ${encodingAdvice(database)}`);
      loadSecret(config);
    }
    return migrate(db).catch((error) => {
      if (isDenied(error)) throw unusable(database, error);
      throw new Refusal('failed', TEXTS.notMigrated(reasonOf(error)));
    });
  });
  const lines =
    migrations.length === 0
      ? [TEXTS.nothingToRun(place)]
      : [TEXTS.migrated(place, migrations.length), ...indented(migrations)];
  return { lines, data: { database: place, migrations } };
}

/** How the database stands to this version, and what was run on it. @throws Refusal where there is no store */
export async function showStatus(config: Config): Promise<Report> {
  return withExisting(config, async (db, migrations) => {
    const place = placeOf(config.database);
    const { dialect } = config.database;
    const { state, lines } = stateOf(migrations);
    const batches = await migrationBatches(db);
    const rows = batches.map(({ at, names }) => [`  ${minuteOf(at)}`, TEXTS.batch(names)]);
    return {
      lines: [TEXTS.place(KINDS[dialect], place), ...lines, TEXTS.run, ...inColumns(rows)],
      data: {
        database: place,
        dialect,
        state,
        pending: migrations.pending,
        newer: migrations.unknown,
        batches: batches.map(({ at, names }) => ({ at: new Date(at).toISOString(), migrations: names })),
      },
      failed: state === 'newer',
    };
  });
}

function stateOf({ pending, unknown }: MigrationState): { state: string; lines: string[] } {
  if (unknown.length > 0)
    return { state: 'newer', lines: [TEXTS.newer, ...indented(unknown), TEXTS.updateFirst] };
  if (pending.length > 0) return { state: 'behind', lines: [TEXTS.behind, ...indented(pending)] };
  return { state: 'up-to-date', lines: [TEXTS.upToDate] };
}

export interface Rollback {
  /** The migration that is to be the newest afterwards. Undefined: the newest one alone is undone. */
  to?: string;
  yes?: boolean;
}

/** Undoes the newest migration, or all newer than one; without `yes` it only says which. @throws Refusal */
export async function runRollback(shell: Shell, { to, yes = false }: Rollback): Promise<Report> {
  const config = shell.readSettings();
  return withExisting(config, async (db, migrations) => {
    refuseNewer(migrations, config.database);
    const names = await newerThan(db, to);
    const place = placeOf(config.database);
    if (names.length === 0) return { lines: [TEXTS.nothing(`${to}`)], data: { database: place, undone: [] } };
    if (!yes) return unconfirmed(place, names);
    await refuseRunning(db, config, shell.watch);
    await rollBack(db, names).catch((error) => {
      throw new Refusal('failed', TEXTS.notUndone(reasonOf(error)));
    });
    const lines = [TEXTS.undone(place), ...indented(names), TEXTS.next];
    return { lines, data: { database: place, undone: names } };
  });
}

async function newerThan(db: Database, to: string | undefined): Promise<string[]> {
  const run = (await migrationBatches(db)).flatMap(({ names }) => names).sort();
  if (to === undefined) return run.slice(-1);
  if (!run.includes(to)) throw new Refusal('unknown-migration', TEXTS.notRun(to));
  return run.slice(run.indexOf(to) + 1).reverse();
}

function unconfirmed(place: string, names: string[]): Report {
  return {
    lines: [TEXTS.would(place), ...indented(names), TEXTS.confirm],
    data: { database: place, wouldUndo: names, error: { code: 'not-confirmed', message: TEXTS.confirm } },
    failed: true,
  };
}

function indented(names: string[]): string[] {
  return names.map((name) => `  ${name}`);
}
