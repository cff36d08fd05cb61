import { type DestinationStream, destination, type Logger, type LoggerOptions, pino } from 'pino';
import pretty from 'pino-pretty';
import { isDatabaseError } from '../database/dialect-errors.ts';

/**
 * Describes an error for the log. What a database says of a query may hold its values (a name, an address, a
 * hash), so of its errors only the query with placeholders and the code are told.
 */
export function describeError(error: unknown) {
  if (!(error instanceof Error)) return { message: typeof error };
  const [query = ''] = error.message.split(' - ');
  return {
    type: error.name,
    code: 'code' in error ? error.code : undefined,
    message: isDatabaseError(error) ? query : error.message,
    // Without its first lines, which repeat the message.
    stack: (error.stack ?? '').slice(Math.max(0, (error.stack ?? '').indexOf('\n    at '))),
  };
}

/** How every log of the store describes what it is given. */
export const LOG_OPTIONS: LoggerOptions = { serializers: { err: describeError } };

/** JSON lines in production and in a file, for machines; readable lines elsewhere, on standard output. */
export function createLogger(production: boolean, level: string, file?: DestinationStream): Logger {
  if (file) return pino({ ...LOG_OPTIONS, level }, file);
  // Not synchronously: a line must not hold up the page that it is about. What waits is written at exit.
  if (production) return pino({ ...LOG_OPTIONS, level }, destination({ sync: false }));
  const terminal = pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true });
  return pino({ ...LOG_OPTIONS, level }, terminal);
}
