import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { ConfigError, readConfig } from '../config.ts';
import { isUnavailable } from '../database/dialect-errors.ts';
import { PROJECT_FOLDER } from '../folders.ts';
import { describeError } from '../log.ts';
import { addAuditCommands } from './audit.command.ts';
import { addDatabaseCommands } from './db.command.ts';
import { addDoctorCommand } from './doctor.command.ts';
import { printError, printReport, Refusal, type Report, type Terminal } from './output.ts';
import { createBar } from './progress.ts';
import type { Shell } from './shell.ts';
import { addStoreCommands } from './store.command.ts';
import { addUserCommands } from './user.command.ts';

const TEXTS = {
  description: 'Runs a store from the terminal, with the same rules and the same audit log as its pages.',
  json: 'print one JSON object',
  unavailable: (reason: string) => `The database cannot answer for now (${reason}). Try again.`,
  unexpected: (what: string) => `This should not have happened: ${what}`,
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
 * @returns the exit code
 */
export async function runCommandLine(
  args: string[],
  terminal: Terminal,
  environment?: NodeJS.ProcessEnv,
): Promise<number> {
  const json = args.includes('--json');
  const bar = createBar(terminal, json);
  let report: Report | undefined;
  const program = createProgram(terminal, {
    readSettings: () => readConfig(environment),
    show: (shown) => {
      report = shown;
    },
    bar,
  });
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    return settle(error, terminal, json);
  } finally {
    bar.clear();
  }
  if (!report) return EXIT.done;
  printReport(terminal, report, json);
  return report.failed ? EXIT.failed : EXIT.done;
}

/** Every command with its options. */
export function createProgram(terminal: Terminal, shell: Shell): Command {
  const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
  const program = new Command('gatehouse')
    .description(TEXTS.description)
    .version(version)
    .option('--json', TEXTS.json)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    // What is wrong with the usage is thrown as well, and printed with all other errors.
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err, outputError: () => undefined })
    .addHelpText('after', TEXTS.help);
  addUserCommands(program, shell);
  addAuditCommands(program, shell);
  addStoreCommands(program, shell);
  addDatabaseCommands(program, shell);
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

function problemOf(error: unknown): { code: string; message: string; data?: Record<string, unknown> } {
  if (error instanceof Refusal) return error;
  if (error instanceof ConfigError) return { code: 'settings', message: error.message };
  if (isUnavailable(error)) return { code: 'database', message: TEXTS.unavailable(codeOf(error)) };
  return { code: 'unexpected', message: TEXTS.unexpected(describeError(error).message) };
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'no connection';
}
