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

/**
 * Compiles a Knex query that only reads, once, and gives a function that runs it as the driver's prepared statement.
 * For the few queries that every page asks: building and preparing them anew was a third of a page's time.
 *
 * @param build makes the query; `param('name')` stands where the value `name` goes
 * @returns runs the query with one value for each name and gives its rows
 */
export function prepare<Params extends Record<string, unknown>, Row>(
  db: Database,
  build: (param: (name: keyof Params & string) => Knex.Value) => Knex.QueryBuilder,
): (params: Params) => Promise<Row[]> {
  const dialect = dialectOf(db);
  const { sql, bindings } = build((name) => new Placeholder(name) as unknown as Knex.Value)
    .toSQL()
    .toNative();
  const name = `gatehouse_${nextStatement(db)}`;

  return async (params) => {
    const values = bindings.map((value: unknown) =>
      value instanceof Placeholder ? params[value.name] : value,
    );
    const reader = readerOf(db);
    const connection = reader ?? (await db.client.acquireConnection());
    try {
      // What Knex says of its own queries, so that whoever counts queries counts these too.
      db.client.emit('query', { sql, bindings: values });
      return (await runPrepared(dialect, connection, name, sql, values)) as Row[];
    } catch (error) {
      // As Knex says it, so that the log tells the query and not its values.
      if (error instanceof Error) error.message = `${sql} - ${error.message}`;
      throw error;
    } finally {
      if (!reader) db.client.releaseConnection(connection);
    }
  };
}

const statements = new WeakMap<Database, number>();

function nextStatement(db: Database): number {
  const number = (statements.get(db) ?? 0) + 1;
  statements.set(db, number);
  return number;
}
