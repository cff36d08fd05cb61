import { Command, CommanderError } from 'commander';
import { readConfig } from '../config/config.ts';
import { systemClock } from '../shared/clock.ts';
import { programVersion } from '../shared/version.ts';
import { addAuditCommands } from './audit.command.ts';
import { addBackupCommands } from './backup.command.ts';
import { addDatabaseCommands } from './db.command.ts';
import { addDoctorCommand } from './doctor.command.ts';
import { printable, printError, printReport, problemOf, type Report, type Terminal } from './shell/output.ts';
import { createBar } from './shell/progress.ts';
import type { Shell } from './shell/shell.ts';
import { addUserCommands } from './user.command.ts';

const TEXTS = {
  description: 'Runs a store from the terminal, with the same rules and the same audit log as its pages.',
  json: 'print one JSON object',
  help: `
Settings come from the environment and from a file .env in the working folder,
as they do for the store itself.

Exit codes: 0 done; 1 refused, failed or found something wrong; 2 wrong usage.

Examples:
  $ gatehouse doctor
  $ gatehouse user role alice moderator --reason "helps out from May on"
  $ gatehouse audit verify --json`,
};

/** The exit codes that scripts go by. */
const EXIT = { done: 0, failed: 1, usage: 2 };

/**
 * Runs one command.
 *
 * @param args what stands after `gatehouse`
 * @param environment where settings come from; by default the process's environment and the file `.env`
 * @param given what a test puts in place of the machine's own
 * @returns the exit code
 */
export async function runCommandLine(
  args: string[],
  terminal: Terminal,
  environment?: NodeJS.ProcessEnv,
  given: Partial<Shell> = {},
): Promise<number> {
  const json = args.includes('--json');
  const bar = createBar(terminal, json);
  let out = terminal.out;
  const printer: Terminal = { ...terminal, out: (text) => out(text) };
  let report: Report | undefined;
  const program = createProgram(terminal, {
    readSettings: () => readConfig(environment),
    show: (shown) => {
      report = shown;
    },
    bar,
    // With JSON standard output is one object, at the end.
    say: (text) => {
      if (!json) terminal.out(`${printable(text)}\n`);
    },
    warn: (text) => terminal.err(`gatehouse: ${printable(text)}\n`),
    freeOutput: () => {
      out = terminal.err;
    },
    clock: systemClock,
    watch: undefined,
    ...given,
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    return settle(error, printer, json);
  } finally {
    bar.clear();
  }
  if (!report) return EXIT.done;
  printReport(printer, report, json);
  return report.failed ? EXIT.failed : EXIT.done;
}

export function createProgram(terminal: Terminal, shell: Shell): Command {
  const program = new Command('gatehouse')
    .description(TEXTS.description)
    .version(programVersion())
    .option('--json', TEXTS.json)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    // What is wrong with the usage is thrown as well, and printed with all other errors.
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => undefined })
    .addHelpText('after', TEXTS.help);
  addUserCommands(program, shell);
  addAuditCommands(program, shell);
  addDatabaseCommands(program, shell);
  addBackupCommands(program, shell);
  addDoctorCommand(program, shell);
  return program;
}

function settle(error: unknown, terminal: Terminal, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    const message = error.code === 'commander.help' ? 'a command is missing' : error.message;
    printError(terminal, { code: 'usage', message: message.replace(/^error: /, '') }, json);
    return EXIT.usage;
  }
  printError(terminal, problemOf(error), json);
  return EXIT.failed;
}
