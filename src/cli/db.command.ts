import type { Command } from 'commander';
import { runMigrations } from './db/migrate.ts';
import { type Rollback, runRollback } from './db/rollback.ts';
import { showStatus } from './db/status.ts';
import { examples, type Shell } from './shell/shell.ts';

const TEXTS = {
  group: 'the whole database',
  status: 'say how the database stands to this version, and what was run on it',
  migrate: 'the same as gatehouse migrate: bring the database up to date, or make it',
  rollback: 'undo the newest migration, for going back to an older version of the program',
  to: 'undo all that are newer than this one',
  yes: 'do it; without this it says what would be undone',
};

/** `gatehouse db …` */
export function addDatabaseCommands(program: Command, shell: Shell): void {
  const group = program.command('db').description(TEXTS.group);
  group
    .command('status')
    .description(TEXTS.status)
    .addHelpText('after', examples('db status', 'db status --json'))
    .action(async () => shell.show(await showStatus(shell.readSettings())));
  group
    .command('migrate')
    .description(TEXTS.migrate)
    .addHelpText('after', examples('db migrate'))
    .action(async () => shell.show(await runMigrations(shell.readSettings())));
  group
    .command('rollback')
    .description(TEXTS.rollback)
    .option('--to <migration>', TEXTS.to)
    .option('--yes', TEXTS.yes)
    .addHelpText('after', examples('db rollback', 'db rollback --to 20261121001500_create_members --yes'))
    .action(async (rollback: Rollback) => shell.show(await runRollback(shell, rollback)));
}
