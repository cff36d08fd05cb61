import type { Terminal } from './output.ts';

/** A line that shows how far something is. Where nobody looks at a screen it shows nothing. */
export type ProgressBar = ReturnType<typeof createBar>;

/** How often the line is drawn anew at most, in milliseconds. */
const PAUSE = 100;
const WIDEST = 100;

/** @param json whether a program reads what is printed */
export function createBar(terminal: Terminal, json: boolean) {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show(what: string, done: number, total: number): void {
      const columns = json ? undefined : terminal.columns?.();
      const now = performance.now();
      if (!columns || now - drawnAt < PAUSE) return;
      drawnAt = now;
      isShown = true;
      terminal.err(`\r${barOf(what, done, total, Math.min(columns - 1, WIDEST))}\u001b[K`);
    },
    /** Takes the line away, so that the next one can be printed. */
    clear(): void {
      if (isShown) terminal.err('\r\u001b[K');
      isShown = false;
    },
  };
}

/** `copying  [#####-----]  50 %  1,000 of 2,000`, no longer than the screen is wide. */
export function barOf(what: string, done: number, total: number, width: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const figures = `${Math.floor(share * 100)} %  ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
  const room = width - what.length - figures.length - '  []  '.length;
  if (room < 5) return `${what}  ${figures}`.slice(0, width);
  const full = Math.floor(share * room);
  return `${what}  [${'#'.repeat(full)}${'-'.repeat(room - full)}]  ${figures}`;
}
