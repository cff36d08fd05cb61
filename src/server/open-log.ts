import type { Logger } from 'pino';
import type { Config } from '../config/config.ts';
import { createLogger } from '../logging/logger.ts';
import { openLogFile } from './log-file.ts';

type LogSettings = Pick<Config, 'production' | 'logLevel' | 'logFile'>;

/**
 * Opens the log where LOG_FILE says, then the store with it, whose reload opens the file again.
 *
 * @throws StartRefused when the file cannot be written, and whatever `open` throws
 */
export async function withLog<T extends { reload: () => void }>(
  { production, logLevel, logFile }: LogSettings,
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
