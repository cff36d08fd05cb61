/** One line of the table at the end. */
export interface Figure {
  name: string;
  measured: string;
  goal?: string;
  met?: boolean;
}

/** Prints progress and findings; the bench is a program for a terminal. */
export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

/** Lays the figures out as a table with aligned columns. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, measured, goal = '', met }) => [
    name,
    measured,
    goal,
    met === undefined ? '' : met ? 'met' : 'missed',
  ]);
  const all = [['figure', 'measured', 'goal', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [lines[0], '-'.repeat(Math.max(...lines.map((line) => line.length))), ...lines.slice(1)].join('\n');
}

/** A ratio with two decimals, with three where it is small; a dash where it could not be measured. */
export function ratio(value: number): string {
  if (Number.isNaN(value)) return '-';
  return value.toFixed(value < 0.1 ? 3 : 2);
}

export function milliseconds(value: number): string {
  return `${value < 100 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

export function perSecond(value: number): string {
  return `${value.toFixed(0)}/s`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(0)} MB`;
}

export function times(value: number): string {
  return `${ratio(value)} times`;
}

type Print = (value: number) => string;

/** A figure whose goal is this much or more. */
export function atLeast(name: string, value: number, goal: number, print: Print): Figure {
  return { name, measured: print(value), goal: `at least ${print(goal)}`, met: value >= goal };
}

/** A figure whose goal is this much or less. */
export function atMost(name: string, value: number, goal: number, print: Print): Figure {
  return { name, measured: print(value), goal: `at most ${print(goal)}`, met: value <= goal };
}

/** A figure whose goal is less than this much. */
export function under(name: string, value: number, goal: number, print: Print): Figure {
  return { name, measured: print(value), goal: `under ${print(goal)}`, met: value < goal };
}
