import type { Config } from '../../config/config.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Report } from './output.ts';
import type { ProgressBar } from './progress.ts';

/** What a command has at hand. */
export interface Shell {
  /** Reads the settings. @throws ConfigError */
  readSettings: () => Config;
  /** Takes what the command did or found, to be printed. */
  show: (report: Report) => void;
  /** Shows how far a long piece of work is. */
  bar: ProgressBar;
  /** Prints one line at once, for a command that goes on. */
  say: (line: string) => void;
  /** The same, of what went wrong. */
  warn: (line: string) => void;
  /** Leaves standard output to a command that writes a file there: all else is printed on standard error from now on. */
  freeOutput: () => void;
  clock: Clock;
  /** How long to watch whether the store runs, in milliseconds; by default as long as it takes to be sure. */
  watch: { given: number; free: number } | undefined;
}

/** The end of a command's help. */
export function examples(...lines: string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  $ gatehouse ${line}`)].join('\n');
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs work that must not just stop in the middle: the first signal to end tells it, a second one ends the process.
 *
 * @param work is to throw as soon as it can when its signal is aborted
 */
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
