import type { Command } from 'commander';
import { fillEmptyStore } from '../catalogue/demo.ts';
import { runMigrations } from './db/migrate.ts';
import { Refusal, type Report } from './shell/output.ts';
import { examples, type Shell } from './shell/shell.ts';
import { type Store, showFromStore } from './shell/store.ts';

const TEXTS = {
  migrate: 'bring the database up to date, or make it; a start of the store does the same',
  demo: 'fill an empty store with demo products; the first start of a store does the same',
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
    .action(() => showFromStore(shell, fill));
}

async function fill({ db, clock, config }: Store): Promise<Report> {
  if (!(await fillEmptyStore(db, clock(), config.storeCurrency)))
    throw new Refusal('not-empty', TEXTS.notEmpty);
  return { lines: [TEXTS.filled], data: {} };
}
