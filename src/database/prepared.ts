import type { Knex } from 'knex';
import type { Database } from './connection.ts';
import { dialectOf, readerOf, runPrepared } from './dialect.ts';

/** Stands in a query for a value that comes with each run. */
class Placeholder {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** How many queries were prepared: on PostgreSQL each statement of a connection has its own name. */
let prepared = 0;

/**
 * Makes a query that each database compiles once and runs as the driver's prepared statement. For the few queries that
 * every page asks: building and preparing them anew was a third of a page's time. They only read, and never see what a
 * transaction has written.
 *
 * @param build makes the query with Knex; `param('name')` stands where the value `name` goes
 * @returns runs the query with one value for each name and gives its rows
 */
export function prepare<Params extends Record<string, unknown>, Row>(
  build: (db: Database, param: (name: keyof Params & string) => Knex.Value) => Knex.QueryBuilder,
): (db: Database, params: Params) => Promise<Row[]> {
  prepared += 1;
  const name = `gatehouse_${prepared}`;
  const compiled = new WeakMap<Database, Run>();
  return async (db, params) => {
    let run = compiled.get(db);
    if (!run) {
      const query = build(db, (value) => new Placeholder(value) as unknown as Knex.Value);
      run = compile(db, name, query);
      compiled.set(db, run);
    }
    return (await run(params)) as Row[];
  };
}

type Run = (params: Record<string, unknown>) => Promise<unknown[]>;

function compile(db: Database, name: string, query: Knex.QueryBuilder): Run {
  const dialect = dialectOf(db);
  const { sql, bindings } = query.toSQL().toNative();

  return async (params) => {
    const values = bindings.map((value: unknown) =>
      value instanceof Placeholder ? params[value.name] : value,
    );
    const reader = readerOf(db);
    const connection = reader ?? (await db.client.acquireConnection());
    try {
      // What Knex says of its own queries, so that whoever counts queries counts these too.
      db.client.emit('query', { sql, bindings: values });
      return await runPrepared(dialect, connection, name, sql, values);
    } catch (error) {
      // As Knex says it, so that the log tells the query and not its values.
      if (error instanceof Error) error.message = `${sql} - ${error.message}`;
      throw error;
    } finally {
      if (!reader) db.client.releaseConnection(connection);
    }
  };
}
