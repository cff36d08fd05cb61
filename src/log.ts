import { destination, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** Makes the log: JSON lines in production, for machines; readable lines elsewhere, for a terminal. */
export function createLogger(production: boolean, level: string): Logger {
  // Not synchronously: a line must not hold up the page that it is about. What waits is written at exit.
  if (production) return pino({ level }, destination({ sync: false }));
  return pino({ level }, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true }));
}
