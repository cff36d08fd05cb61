import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import build from 'pino-roll';
import { wordsOf } from './checks/finding.ts';
import { checkLogFile, unwritableLog } from './checks/operation.ts';
import { reasonOf } from './log.ts';
import { StartRefused } from './start-refused.ts';

/** The log's file of this moment, and those that were it before. */
export interface LogFile {
  /** Takes one line or several, whole ones. Returns at once; they are written in their order. */
  write: (lines: string) => void;
  /** Writes what waits, and takes nothing more. */
  close: () => Promise<void>;
}

/** When another file is begun, besides each midnight, and how many are kept. */
const LIMITS = { size: '50m', count: 14 };

/** What may wait while the disk is full or slow, in bytes: the log must not use up the memory of the store. */
const MOST_WAITING = 16 * 1024 * 1024;

const TEXTS = {
  failing: (file: string, reason: string) =>
    `The log cannot be written to ${file} (${reason}). The store goes on, and so does the log when it can.\n`,
};

/**
 * Opens the log's file: `logs/store.log` is written to `logs/store.2026-11-20.1.log`, by the day of this machine and a
 * number. A start goes on with the newest file of the day. One process writes it at a time.
 *
 * @param limits other than usual, for tests
 * @throws StartRefused when it cannot be written
 */
export async function openLogFile(file: string, limits: typeof LIMITS = LIMITS): Promise<LogFile> {
  const finding = checkLogFile({ logFile: file });
  if (finding.refused) throw new StartRefused(wordsOf(finding));
  const destination = await openRolling(file, limits);
  let failing = false;
  let closed = false;
  destination.on('write', () => {
    failing = false;
  });
  destination.on('error', (error) => {
    if (!failing) process.stderr.write(TEXTS.failing(file, reasonOf(error)));
    failing = true;
  });
  // For whoever ends without closing. Not on a disk that is full, where it would try for ever.
  const flush = () => {
    if (!failing) destination.flushSync();
  };
  process.once('exit', flush);
  return {
    write(lines) {
      if (!closed) destination.write(lines);
    },
    async close() {
      if (closed) return;
      closed = true;
      process.off('exit', flush);
      const done = Promise.race([once(destination, 'close'), once(destination, 'error')]);
      destination.end();
      await done.catch(() => undefined);
    },
  };
}

async function openRolling(file: string, { size, count }: typeof LIMITS) {
  try {
    const destination = await build({
      file,
      size,
      frequency: 'daily',
      dateFormat: 'yyyy-MM-dd',
      limit: { count, removeOtherLogFiles: true },
      mkdir: true,
      // Who is a member and when they were here is nothing for everybody on this machine.
      mode: 0o600,
      maxLength: MOST_WAITING,
    });
    await once(destination, 'ready');
    return destination;
  } catch (error) {
    throw new StartRefused(wordsOf(unwritableLog(file, reasonOf(error))));
  }
}

/**
 * Hands on what another process prints to a log that several write to: whole lines, however they come. At the end of
 * the stream, what has no line end gets one.
 *
 * @returns comes when the stream has ended
 */
export function passLines(printed: NodeJS.ReadableStream, { write }: Pick<LogFile, 'write'>): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  printed.on('data', (part: Buffer | string) => {
    const text = rest + (typeof part === 'string' ? part : decoder.write(part));
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end > 0) write(text.slice(0, end));
  });
  return new Promise((resolve) => {
    printed.once('close', () => {
      rest += decoder.end();
      if (rest) write(`${rest}\n`);
      resolve();
    });
  });
}
