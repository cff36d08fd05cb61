/** What the errors of the three databases and their drivers mean. */

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return String(error.code);
}

const UNIQUE_VIOLATIONS = new Set([
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
  '23505',
  'ER_DUP_ENTRY',
]);

/** Whether a query was refused because a row with the same unique value exists. */
export function isUniqueViolation(error: unknown): boolean {
  return UNIQUE_VIOLATIONS.has(codeOf(error));
}

const CONFLICTS = new Set([
  'SQLITE_BUSY',
  'SQLITE_BUSY_SNAPSHOT',
  '40001', // PostgreSQL serialization_failure
  '40P01', // PostgreSQL deadlock_detected
  'ER_LOCK_DEADLOCK', // 1213
  'ER_LOCK_WAIT_TIMEOUT', // 1205
  'ER_QUERY_INTERRUPTED', // 1317, on Galera for a write of another node, before the commit
]);

/** Whether the database asks to run the whole transaction once more. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(codeOf(error));
}

const UNAVAILABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'PROTOCOL_CONNECTION_LOST',
  'PROTOCOL_ENQUEUE_AFTER_FATAL_ERROR',
  'ER_CON_COUNT_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_UNKNOWN_COM_ERROR', // 1047, a Galera node that has lost the others or does not have their data yet
  'ER_ERROR_DURING_COMMIT', // 1180, such a node lost them within a commit, which may count or not: never run again
  'SQLITE_CANTOPEN',
  '55P03', // PostgreSQL lock_not_available
]);

/** Why a database that may well be read takes no change for now. */
export type WriteRefusal = 'disk full' | 'disk error' | 'read-only';

const WRITE_REFUSALS: [WriteRefusal, RegExp][] = [
  // PostgreSQL disk_full; MySQL 1021 and 1114.
  ['disk full', /^(SQLITE_FULL|53100|ER_DISK_FULL|ER_RECORD_FILE_FULL)$/],
  ['disk error', /^SQLITE_IOERR/],
  // PostgreSQL read_only_sql_transaction; MySQL 1290.
  ['read-only', /^(SQLITE_READONLY.*|25006|ER_OPTION_PREVENTS_STATEMENT)$/],
];

/** Why a write was refused that would be refused again until somebody sees to the database; undefined for other errors. */
export function writeRefusalOf(error: unknown): WriteRefusal | undefined {
  const code = codeOf(error);
  return WRITE_REFUSALS.find(([, codes]) => codes.test(code))?.[0];
}

/** PostgreSQL's classes 08 (connection), 53 (resources) and 57P (operator intervention). */
const UNAVAILABLE_FAMILY = /^(08...|53...|57P..)$/;

/**
 * What drivers say without a code when a connection ended under a query or could not be had in time. Where it ended
 * under a query, that stands before it, with ` - ` in between.
 */
const UNAVAILABLE_MESSAGE =
  /(?:^| - )(?:Connection terminated|timeout expired|Client has encountered a connection error|Knex: Timeout acquiring|timeout exceeded when trying to connect|Can't add new command when connection is in closed state|Unable to acquire a connection)/;

/** Whether the database cannot answer for now, so that the same request may succeed later (503). */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  if (UNAVAILABLE.has(code) || UNAVAILABLE_FAMILY.test(code)) return true;
  if (isConflict(error) || writeRefusalOf(error)) return true;
  return error instanceof Error && UNAVAILABLE_MESSAGE.test(error.message);
}

/** Whether an error came from a database or its driver. */
export function isDatabaseError(error: unknown): boolean {
  return /^(SQLITE_|ER_|[0-9A-Z]{5}$)/.test(codeOf(error));
}
