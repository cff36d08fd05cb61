import { ConfigError } from '../../config/config.ts';
import { isUnavailable } from '../../database/dialect-errors.ts';
import { describeError } from '../../logging/logger.ts';

const TEXTS = {
  unavailable: (reason: string) => `The database cannot answer for now (${reason}). Try again.`,
  unexpected: (what: string) => `This should not have happened: ${what}`,
};

/** Where a command prints: the terminal, or a test. */
export interface Terminal {
  out: (text: string) => void;
  err: (text: string) => void;
  /** How wide `err` is, in characters, where it is a screen on which a line can be drawn anew. */
  columns?: (() => number | undefined) | undefined;
}

export interface Report {
  lines: string[];
  /** The same for programs. Its keys are promised: they may grow in number and never change. */
  data: Record<string, unknown>;
  /** What was looked for is wrong: the exit code says so. */
  failed?: boolean;
}

/** A command that cannot do what it was asked for, in a sentence that says what to do. */
export class Refusal extends Error {
  override name = 'Refusal';
  /** For programs: `last-admin`. */
  readonly code: string;
  /** What programs are told besides. */
  readonly data: Record<string, unknown>;

  constructor(code: string, message: string, data: Record<string, unknown> = {}) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** What went wrong, in words for people and a code for programs. */
interface Problem {
  code: string;
  message: string;
  data?: Record<string, unknown>;
}

export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) return error;
  if (error instanceof ConfigError) return { code: 'settings', message: error.message };
  if (isUnavailable(error)) {
    const { code = 'no connection' } = error as { code?: string };
    return { code: 'database', message: TEXTS.unavailable(code) };
  }
  return { code: 'unexpected', message: TEXTS.unexpected(describeError(error).message) };
}

/** Control characters, which a terminal obeys, and marks that turn the direction of writing, by which names pose. */
const UNPRINTABLE = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Makes every character of a line visible: `\u001b` for an escape. */
export function printable(line: string): string {
  return line.replaceAll(UNPRINTABLE, escaped);
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

export function printReport(terminal: Terminal, { lines, data, failed }: Report, json: boolean): void {
  if (json) printJson(terminal, { ok: !failed, ...data });
  else terminal.out(lines.map((line) => `${printable(line)}\n`).join(''));
}

/** One line on standard error. With JSON standard output holds an object all the same, for whoever reads that. */
export function printError(terminal: Terminal, { code, message, data = {} }: Problem, json: boolean): void {
  terminal.err(`gatehouse: ${printable(message.replaceAll(/\s*\n\s*/g, ' '))}\n`);
  if (json) printJson(terminal, { ok: false, error: { code, message, ...data } });
}

/** JSON leaves some of those characters as they are; within its strings their escapes mean the same. */
function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value).replaceAll(UNPRINTABLE, escaped)}\n`);
}

/** Sets rows in columns, two spaces apart. */
export function inColumns(rows: string[][]): string[] {
  const shown = rows.map((row) => row.map(printable));
  const widths = (shown[0] ?? []).map((_cell, column) =>
    Math.max(...shown.map((row) => (row[column] ?? '').length)),
  );
  return shown.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
