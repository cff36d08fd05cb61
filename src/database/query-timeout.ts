import type { Knex } from 'knex';
import type { Connection as MysqlConnection } from 'mysql2';
import type { Client as PostgresClient } from 'pg';
import { SECOND } from '../shared/clock.ts';
import { dialectOf } from './dialect.ts';

/**
 * How long a store that serves waits for the answer to one query, in milliseconds: many times what the slowest takes. A
 * server whose machine is gone or cut off says nothing at all, and the system would wait for it for a quarter of an hour
 * with every connection on which something was asked.
 */
export const QUERY_TIMEOUT = 20 * SECOND;

/**
 * Ends every connection on which a query of this pool is not answered in time: the query fails as an outage, and the next
 * one gets another connection. SQLite answers at once, or waits with the whole process.
 *
 * @param timeout in milliseconds
 * @returns begins with it: migrations, which come before, take as long as they take
 */
export function enableQueryTimeout(db: Knex, timeout = QUERY_TIMEOUT): () => void {
  const dialect = dialectOf(db);
  if (dialect === 'sqlite') return () => undefined;
  let limited = false;
  const watch = (end: () => void): NodeJS.Timeout | undefined =>
    limited ? setTimeout(end, timeout) : undefined;
  db.client.pool.on('createSuccess', (_id: number, connection: unknown) => {
    if (dialect === 'postgres') watchPostgres(connection as PostgresClient, watch);
    else watchMysql(connection as MysqlConnection, watch);
  });
  return () => {
    limited = true;
  };
}

type Watch = (end: () => void) => NodeJS.Timeout | undefined;
type Callback = (...answer: unknown[]) => void;
// biome-ignore lint/suspicious/noExplicitAny: the drivers' methods have many forms, which are handed on as they are
type Ask = (...question: any[]) => unknown;

function watchPostgres(connection: PostgresClient, watch: Watch): void {
  const { stream } = (connection as unknown as { connection: { stream: Endable } }).connection;
  connection.query = watched(connection.query.bind(connection), stream, watch) as typeof connection.query;
}

function watchMysql(connection: MysqlConnection, watch: Watch): void {
  const { stream } = connection as unknown as { stream: Endable };
  connection.query = watched(connection.query.bind(connection), stream, watch) as typeof connection.query;
  connection.execute = watched(
    connection.execute.bind(connection),
    stream,
    watch,
  ) as typeof connection.execute;
}

interface Endable {
  destroy: (error: Error) => void;
}

/** An answer comes to a callback, where one is given, or else as a promise. */
function watched(ask: Ask, stream: Endable, watch: Watch): Ask {
  return (...question) => {
    const timer = watch(() => stream.destroy(new QueryTimeout()));
    if (!timer) return ask(...question);
    const answered = question.at(-1);
    if (typeof answered === 'function') {
      const heard: Callback = (...answer) => {
        clearTimeout(timer);
        (answered as Callback)(...answer);
      };
      return ask(...question.slice(0, -1), heard);
    }
    const answer = ask(...question);
    if (answer instanceof Promise) answer.then(stop, stop);
    else stop();
    return answer;

    function stop(): void {
      clearTimeout(timer);
    }
  };
}

/** The server has said nothing for too long. */
class QueryTimeout extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database does not answer.');
  }
}
