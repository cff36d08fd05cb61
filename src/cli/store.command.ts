import type { Command } from 'commander';
import { fillEmptyStore } from '../catalogue/demo.ts';
import type { Config } from '../config.ts';
import { migrate } from '../database/migrations.ts';
import { loadSecret } from '../keys.ts';
import { reasonOf } from '../log.ts';
import { Refusal, type Report } from './output.ts';
import { examples, type Shell } from './shell.ts';
import {
  makeFolderOf,
  migrationsOf,
  placeOf,
  refuseNewer,
  type Store,
  withDatabase,
  withStore,
} from './store.ts';

const TEXTS = {
  migrate: 'bring the database up to date, or make it; a start of the store does the same',
  demo: 'fill an empty store with demo products; the first start of a store does the same',
  upToDate: (place: string) => `The database at ${place} is up to date.`,
  migrated: (place: string, migrations: number) =>
    migrations === 1
      ? `One migration was run on ${place}:`
      : `${migrations} migrations were run on ${place}:`,
  failed: (reason: string) => `The migrations could not be run (${reason}).`,
  filled: 'The store now has demo products.',
  notEmpty: 'The store has products or categories already: nothing was added.',
};

/** `gatehouse migrate` and `gatehouse demo`: what each start of a store does by itself. */
export function addStoreCommands(program: Command, shell: Shell): void {
  program
    .command('migrate')
    .description(TEXTS.migrate)
    .addHelpText('after', examples('migrate'))
    .action(async () => shell.show(await runMigrations(shell.readSettings())));
  program
    .command('demo')
    .description(TEXTS.demo)
    .addHelpText('after', examples('demo'))
    .action(async () => shell.show(await withStore(shell.readSettings(), fill)));
}

async function runMigrations(config: Config): Promise<Report> {
  const place = placeOf(config.database);
  makeFolderOf(config.database);
  const migrations = await withDatabase(config, async (db) => {
    const state = await migrationsOf(db, config.database);
    refuseNewer(state, config.database);
    // A new store is whole then: accounts can be made in it before its first start.
    if (state.isNew) loadSecret(config);
    return migrate(db).catch((error) => {
      throw new Refusal('failed', TEXTS.failed(reasonOf(error)));
    });
  });
  const lines =
    migrations.length === 0
      ? [TEXTS.upToDate(place)]
      : [TEXTS.migrated(place, migrations.length), ...migrations.map((name) => `  ${name}`)];
  return { lines, data: { database: place, migrations } };
}

async function fill({ db, clock, config }: Store): Promise<Report> {
  if (!(await fillEmptyStore(db, clock(), config.storeCurrency)))
    throw new Refusal('not-empty', TEXTS.notEmpty);
  return { lines: [TEXTS.filled], data: {} };
}
