import type { Config } from '../../config/config.ts';
import type { Database } from '../../database/connection.ts';
import { KINDS, placeOf } from '../../database/database-text.ts';
import { type MigrationState, migrationBatches } from '../../database/migrations.ts';
import { minuteOf } from '../../shared/clock.ts';
import { inColumns, type Report } from '../shell/output.ts';
import { withExisting } from '../shell/store.ts';

const TEXTS = {
  place: (kind: string, place: string) => `${kind} at ${place}`,
  upToDate: 'It is up to date with this version.',
  behind: 'It is of an older version. A start of the store, or gatehouse migrate, runs what is to be run:',
  newer: 'A newer version of the store has worked on it, which has run what this one does not know:',
  updateFirst: 'This version does not start with it. Update the program.',
  run: 'What was run, and when (UTC):',
  batch: (names: string[]) =>
    names.length === 1 ? `${names[0]}` : `${names.length} migrations, up to ${names.at(-1)}`,
};

type State = 'up-to-date' | 'behind' | 'newer';

/**
 * Says where the database is, how it stands to this version and what was run on it. It only looks.
 *
 * @throws Refusal where there is no store
 */
export async function showStatus(config: Config): Promise<Report> {
  return withExisting(config, (db, migrations) => statusOf(db, config, migrations));
}

async function statusOf(db: Database, { database }: Config, migrations: MigrationState): Promise<Report> {
  const { pending, unknown: newer } = migrations;
  const state = stateOf(migrations);
  const batches = await migrationBatches(db);
  const place = placeOf(database);
  return {
    lines: [
      TEXTS.place(KINDS[database.dialect], place),
      ...sayState(migrations),
      TEXTS.run,
      ...inColumns(batches.map(({ at, names }) => [`  ${minuteOf(at)}`, TEXTS.batch(names)])),
    ],
    data: {
      database: place,
      dialect: database.dialect,
      state,
      pending,
      newer,
      batches: batches.map(({ at, names }) => ({ at: new Date(at).toISOString(), migrations: names })),
    },
    failed: state === 'newer',
  };
}

function stateOf({ pending, unknown }: MigrationState): State {
  if (unknown.length > 0) return 'newer';
  return pending.length > 0 ? 'behind' : 'up-to-date';
}

function sayState({ pending, unknown }: MigrationState): string[] {
  const indented = (names: string[]) => names.map((name) => `  ${name}`);
  if (unknown.length > 0) return [TEXTS.newer, ...indented(unknown), TEXTS.updateFirst];
  return pending.length > 0 ? [TEXTS.behind, ...indented(pending)] : [TEXTS.upToDate];
}
