import { type Readable, Writable } from 'node:stream';
import { Refusal } from '../output.ts';

/** What stands for standard output, or input, in place of a file's name. */
export const STANDARD = '-';

const TEXTS = {
  screen:
    'A backup is nothing for a screen. Name a file, or send it on: gatehouse backup - | gatehouse restore -',
  keyboard: 'There is no backup on standard input. Name a file, or send one: gatehouse restore - < FILE',
};

/**
 * Standard output as a place for a file; it stays open.
 *
 * @throws Refusal where it is a screen
 */
export function standardOutput(): Writable {
  const { stdout } = process;
  if (stdout.isTTY) throw new Refusal('terminal', TEXTS.screen);
  // A reader that goes away ends a list well, but not a backup: it fails by what writing says.
  stdout.removeAllListeners('error').on('error', () => undefined);
  return new Writable({ write: (part, _encoding, done) => stdout.write(part, done) });
}

/** @throws Refusal where it is a keyboard */
export function standardInput(): Readable {
  if (process.stdin.isTTY) throw new Refusal('terminal', TEXTS.keyboard);
  return process.stdin;
}
