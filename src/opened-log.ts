import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { createLogger } from './log.ts';
import { openLogFile, passLines } from './log-file.ts';

/** The log of a store. */
export interface OpenedLog {
  logger: Logger;
  /** Where the lines go into a file: takes those that another process of the store prints, which has no file. */
  collect: ((printed: NodeJS.ReadableStream) => void) | undefined;
}

type LogSettings = Pick<Config, 'production' | 'logLevel' | 'logFile'>;

/** The log of one of several processes: with LOG_FILE it prints the lines that the first one collects. */
export function createWorkerLogger({ production, logLevel, logFile }: LogSettings): Logger {
  return createLogger(production || logFile !== undefined, logLevel);
}

/**
 * Opens the log where LOG_FILE says, then the store with it. All that was logged is written when the store has closed,
 * and when it could not be opened, with the reason.
 *
 * @throws StartRefused when the file cannot be written, and whatever `open` throws
 */
export async function withLog<T extends { close: () => Promise<boolean> }>(
  { production, logLevel, logFile }: LogSettings,
  open: (log: OpenedLog) => Promise<T>,
): Promise<T> {
  if (logFile === undefined) return open({ logger: createLogger(production, logLevel), collect: undefined });
  const file = await openLogFile(logFile);
  const logger = createLogger(production, logLevel, file);
  const collected = new Set<Promise<void>>();
  const finish = async () => {
    await Promise.all(collected);
    await file.close();
  };
  try {
    const store = await open({
      logger,
      collect(printed) {
        const passed = passLines(printed, file).finally(() => collected.delete(passed));
        collected.add(passed);
      },
    });
    return { ...store, close: () => store.close().finally(finish) };
  } catch (error) {
    logger.fatal({ err: error }, 'the store did not start');
    await finish();
    throw error;
  }
}
