import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { destination, type Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { wordsOf } from '../diagnostics/finding.ts';
import { checkLogFile, unwritableLog } from '../diagnostics/operation.ts';
import { createLogger } from '../logging/logger.ts';
import { reasonOf } from '../shared/reason.ts';
import { StartRefused } from '../shared/start-error.ts';

/** What may wait while the disk is full, in bytes: the log must not use up the memory of the store. */
const MOST_WAITING = 16 * 1024 * 1024;

const TEXTS = {
  failing: (file: string, reason: string) =>
    `The log cannot be written to ${file} (${reason}). The store goes on, and so does the log when it can.\n`,
};

/**
 * Opens the log's file, with its folder. Each line is one write to its end, so that several processes can share the
 * file, and a process that is killed leaves no line behind.
 *
 * @throws StartRefused when it cannot be written
 */
export function openLogFile(file: string) {
  const finding = checkLogFile({ logFile: file });
  if (finding.refused) throw new StartRefused(wordsOf(finding));
  let failing = false;
  const fail = (error: unknown) => {
    if (!failing) process.stderr.write(TEXTS.failing(file, reasonOf(error)));
    failing = true;
  };
  const stream = openStream(file);
  stream.on('error', fail);
  stream.on('write', () => {
    failing = false;
  });
  return {
    stream,
    /** Opens the path again, where logrotate has put another file. */
    reopen(): void {
      // A try that failed has left one, which would close the former file a second time, or by then another's.
      stream.removeAllListeners('ready');
      try {
        stream.reopen();
      } catch (error) {
        fail(error);
      }
    },
  };
}

function openStream(file: string) {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // Who is a member and when they were here is nothing for everybody on this machine.
    return destination({ dest: file, sync: true, append: true, mode: 0o600, maxLength: MOST_WAITING });
  } catch (error) {
    throw new StartRefused(wordsOf(unwritableLog(file, reasonOf(error))));
  }
}

/** Opens the log, then the store with it, whose reload opens the file again. @throws StartRefused, or as `open` does */
export async function withLog<T extends { reload: () => void }>(
  { production, logLevel, logFile }: Pick<Config, 'production' | 'logLevel' | 'logFile'>,
  open: (logger: Logger) => Promise<T>,
): Promise<T> {
  const file = logFile === undefined ? undefined : openLogFile(logFile);
  const logger = createLogger(production, logLevel, file?.stream);
  // Node's own, and `noteLock`'s.
  process.on('warning', (warning) => logger.warn({ err: warning }, 'warning of the process'));
  try {
    const store = await open(logger);
    return {
      ...store,
      reload() {
        file?.reopen();
        store.reload();
      },
    };
  } catch (error) {
    if (file) logger.fatal({ err: error }, 'the store did not start');
    throw error;
  }
}
