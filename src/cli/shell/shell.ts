import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../config/config.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Report } from './output.ts';
import type { ProgressBar } from './progress.ts';

/** What a command has at hand. */
export interface Shell {
  /** @throws ConfigError */
  readSettings: () => Config;
  /** Takes what the command did or found, to be printed. */
  show: (report: Report) => void;
  bar: ProgressBar;
  /** Prints one line at once, for a command that goes on. */
  say: (line: string) => void;
  warn: (line: string) => void;
  /** Leaves standard output to a command that writes a file there: all else is printed on standard error from now on. */
  freeOutput: () => void;
  clock: Clock;
  /** How long to watch whether the store runs, in milliseconds; by default as long as it takes to be sure. */
  watch: { given: number; free: number } | undefined;
}

/** Adds a command, whose help ends with examples of it. */
export function addCommand(
  parent: Command,
  name: string,
  description: string,
  examples: readonly string[],
): Command {
  const lines = examples.map((line) => `  $ gatehouse ${line}`);
  return parent
    .command(name)
    .description(description)
    .addHelpText('after', ['', 'Examples:', ...lines].join('\n'));
}

/** Reads the value of an option that is a number from 1. @param message what is said of any other */
export function countUpTo(most: number, message: string): (text: string) => number {
  return (text) => {
    const count = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    if (count < 1 || count > most) throw new InvalidArgumentError(message);
    return count;
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Runs work that must not just stop: the first signal to end aborts its signal, a second one ends the process. */
export async function whileInterruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = () => {
    stopListening();
    controller.abort();
  };
  const stopListening = () => {
    for (const name of SIGNALS) process.off(name, interrupt);
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}
