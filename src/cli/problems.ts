import { ConfigError } from '../config/config.ts';
import { isUnavailable } from '../database/dialect-errors.ts';
import { describeError } from '../logging/logger.ts';
import { Refusal } from './output.ts';

const TEXTS = {
  unavailable: (reason: string) => `The database cannot answer for now (${reason}). Try again.`,
  unexpected: (what: string) => `This should not have happened: ${what}`,
};

/** Says what went wrong, in words for people and a code for programs. */
export function problemOf(error: unknown): { code: string; message: string; data?: Record<string, unknown> } {
  if (error instanceof Refusal) return error;
  if (error instanceof ConfigError) return { code: 'settings', message: error.message };
  if (isUnavailable(error)) return { code: 'database', message: TEXTS.unavailable(codeOf(error)) };
  return { code: 'unexpected', message: TEXTS.unexpected(describeError(error).message) };
}

function codeOf(error: unknown): string {
  return (error as { code?: string }).code ?? 'no connection';
}
