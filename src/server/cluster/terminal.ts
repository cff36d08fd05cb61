import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

// Asked at the start: a terminal that has been closed counts as none.
const startedInTerminal = isatty(0);

/**
 * Whether this process was started in a terminal that has been closed: its system sends SIGHUP then, too, and nobody
 * wants a store that goes on unseen. For Linux and macOS.
 */
export function terminalIsGone(): boolean {
  if (!startedInTerminal) return false;
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}
