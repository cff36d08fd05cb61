import type { Command } from 'commander';
import { fillEmptyStore } from '../catalogue/demo.ts';
import { type Rollback, runMigrations, runRollback, showStatus } from './migrations.ts';
import { Refusal, type Report } from './shell/output.ts';
import { addCommand, type Shell } from './shell/shell.ts';
import { type Store, showFromStore } from './shell/store.ts';

const TEXTS = {
  migrate: 'bring the database up to date, or make it; a start of the store does the same',
  demo: 'fill an empty store with demo products; the first start of a store does the same',
  filled: 'The store now has demo products.',
  notEmpty: 'The store has products or categories already: nothing was added.',
  group: 'the whole database',
  status: 'say how the database stands to this version, and what was run on it',
  migrateToo: 'the same as gatehouse migrate: bring the database up to date, or make it',
  rollback: 'undo the newest migration, for going back to an older version of the program',
  to: 'undo all that are newer than this one',
  yes: 'do it; without this it says what would be undone',
};

export function addDatabaseCommands(program: Command, shell: Shell): void {
  const migrate = async () => shell.show(await runMigrations(shell.readSettings()));
  addCommand(program, 'migrate', TEXTS.migrate, ['migrate']).action(migrate);
  addCommand(program, 'demo', TEXTS.demo, ['demo']).action(() => showFromStore(shell, fill));
  const group = program.command('db').description(TEXTS.group);
  addCommand(group, 'status', TEXTS.status, ['db status', 'db status --json']).action(async () =>
    shell.show(await showStatus(shell.readSettings())),
  );
  addCommand(group, 'migrate', TEXTS.migrateToo, ['db migrate']).action(migrate);
  addCommand(group, 'rollback', TEXTS.rollback, [
    'db rollback',
    'db rollback --to 20261121001500_create_members --yes',
  ])
    .option('--to <migration>', TEXTS.to)
    .option('--yes', TEXTS.yes)
    .action(async (rollback: Rollback) => shell.show(await runRollback(shell, rollback)));
}

async function fill({ db, clock, config }: Store): Promise<Report> {
  if (!(await fillEmptyStore(db, clock(), config.storeCurrency)))
    throw new Refusal('not-empty', TEXTS.notEmpty);
  return { lines: [TEXTS.filled], data: {} };
}
