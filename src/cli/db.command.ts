import type { Command } from 'commander';
import { TEXTS as COPY, runCopy } from './db-copy.ts';
import { examples, type Shell } from './shell.ts';

const TEXTS = {
  group: 'the whole database',
  copy: 'copy a store into an empty database, between SQLite, PostgreSQL and MySQL or MariaDB',
};

/** `gatehouse db …` */
export function addDatabaseCommands(program: Command, shell: Shell): void {
  const group = program.command('db').description(TEXTS.group);
  group
    .command('copy')
    .description(TEXTS.copy)
    .requiredOption('--from <address>', COPY.from)
    .requiredOption('--to <address>', COPY.to)
    .addHelpText('after', COPY.note)
    .addHelpText(
      'after',
      examples('db copy --from sqlite:data/gatehouse.db --to postgres://store@db.example/store'),
    )
    .action(async ({ from, to }: { from: string; to: string }) => {
      shell.show(await runCopy({ from, to }, shell.bar));
    });
}
