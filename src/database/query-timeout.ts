import type { Knex } from 'knex';
import { SECOND } from '../shared/clock.ts';
import { dialectOf } from './dialect.ts';

/**
 * How long a store that serves waits for the answer to one query, in milliseconds: many times what the slowest takes. A
 * server whose machine is gone or cut off says nothing at all, and the system would wait for it for a quarter of an hour
 * with every connection on which something was asked.
 */
const QUERY_TIMEOUT = 20 * SECOND;

type Callback = (...answer: unknown[]) => void;
type Ask = (...question: unknown[]) => unknown;
interface Endable {
  destroy: (error: Error) => void;
}

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

  /** Watches what is asked with a callback, as Knex and `runPrepared` do. */
  const watched =
    (ask: Ask, stream: Endable): Ask =>
    (...question) => {
      const answered = question.at(-1);
      if (!limited || typeof answered !== 'function') return ask(...question);
      const timer = setTimeout(() => stream.destroy(new QueryTimeout()), timeout);
      const heard: Callback = (...answer) => {
        clearTimeout(timer);
        answered(...answer);
      };
      return ask(...question.slice(0, -1), heard);
    };

  db.client.pool.on('createSuccess', (_id: number, connection: Record<string, Ask>) => {
    const drivers = connection as unknown as { stream: Endable; connection: { stream: Endable } };
    const { stream } = dialect === 'postgres' ? drivers.connection : drivers;
    for (const method of dialect === 'postgres' ? ['query'] : ['query', 'execute'])
      connection[method] = watched((connection[method] as Ask).bind(connection), stream);
  });
  return () => {
    limited = true;
  };
}

/** The server has said nothing for too long. */
class QueryTimeout extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database does not answer.');
  }
}
