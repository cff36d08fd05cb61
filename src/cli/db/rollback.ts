import type { Database } from '../../database/connection.ts';
import { placeOf } from '../../database/database-text.ts';
import { migrationBatches, rollBack } from '../../database/migrations.ts';
import { reasonOf } from '../../shared/reason.ts';
import { Refusal, type Report } from '../shell/output.ts';
import type { Shell } from '../shell/shell.ts';
import { refuseNewer, refuseRunning, withExisting } from '../shell/store.ts';

const TEXTS = {
  notRun: (name: string) =>
    `No migration ${name} was run on this database. gatehouse db status --json lists those that were.`,
  nothing: (name: string) => `${name} is the newest migration: there is nothing to undo.`,
  would: (place: string) =>
    `This would be undone at ${place}, and all that stands in the tables and columns that it made would be lost:`,
  confirm:
    'Nothing was changed. Make a backup (gatehouse backup FILE), stop the store, and run this again with --yes.',
  done: (place: string) => `Undone at ${place}:`,
  next: 'A start of this version runs it again. Start the version that the database is for.',
  failed: (reason: string) =>
    `Not everything could be undone (${reason}). gatehouse db status says where the database stands.`,
};

export interface Rollback {
  /** The migration that is to be the newest afterwards. Undefined: the newest one alone is undone. */
  to?: string;
  yes?: boolean;
}

/**
 * Undoes the newest migration, or all that are newer than one. Without `yes` it says which, and changes nothing.
 *
 * @throws Refusal
 */
export async function runRollback(shell: Shell, { to, yes = false }: Rollback): Promise<Report> {
  const config = shell.readSettings();
  return withExisting(config, async (db, migrations) => {
    refuseNewer(migrations, config.database);
    const names = await newerThan(db, to);
    const place = placeOf(config.database);
    if (names.length === 0) return { lines: [TEXTS.nothing(`${to}`)], data: { database: place, undone: [] } };
    if (!yes) return unconfirmed(place, names);
    await refuseRunning(db, config, shell.watch);
    await undo(db, names);
    const lines = [TEXTS.done(place), ...indented(names), TEXTS.next];
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

async function undo(db: Database, names: string[]): Promise<void> {
  await rollBack(db, names).catch((error) => {
    throw new Refusal('failed', TEXTS.failed(reasonOf(error)));
  });
}

function indented(names: string[]): string[] {
  return names.map((name) => `  ${name}`);
}
