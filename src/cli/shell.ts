import type { Config } from '../config.ts';
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
}

/** The end of a command's help. */
export function examples(...lines: string[]): string {
  return ['', 'Examples:', ...lines.map((line) => `  $ gatehouse ${line}`)].join('\n');
}
