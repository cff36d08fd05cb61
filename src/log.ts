import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** Makes the log: JSON lines in production, for machines; readable lines elsewhere, for a terminal. */
export function createLogger(production: boolean, level: string): Logger {
  if (production) return pino({ level });
  return pino({ level }, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', singleLine: true }));
}
