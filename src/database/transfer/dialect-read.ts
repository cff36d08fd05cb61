import type Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import type { Connection as MysqlConnection } from 'mysql2';
import type { Client as PostgresClient } from 'pg';
import { dialectOf, WAIT } from '../dialect.ts';
import type { Row } from './rows.ts';
import { sizeOf } from './rows.ts';

/** How the three databases show one state to a long reading, and give the rows of a table bit by bit. */

/** A connection on which one transaction reads, and sees nothing of what others write meanwhile. */
export interface Reading {
  /** Rows as arrays, in batches that take a few megabytes at most. One at a time: the connection is busy with it. */
  stream: (sql: string, holdsBytes: boolean) => AsyncGenerator<Row[]>;
  all: (sql: string) => Promise<unknown[][]>;
}

/** A batch ends with the row that brings it to this many rows or bytes. */
const BATCH = { rows: 1_000, bytes: 2_000_000 };

/** How many rows of a table with pictures are fetched at once, where a server cannot be told a size. */
const PICTURES = 4;

/** Runs `work` on a connection that sees one state of the database, and ends its transaction. */
export async function whileReading<T>(db: Knex, work: (reading: Reading) => Promise<T>): Promise<T> {
  switch (dialectOf(db)) {
    case 'sqlite':
      return readSqlite(db, work);
    case 'postgres':
      return onConnection(db, (connection: PostgresClient) => readPostgres(connection, work));
    case 'mysql':
      return onConnection(db, (connection: MysqlConnection) => readMysql(connection, work));
  }
}

/**
 * Whether a reading finds no rows where a migration has written the table anew since it began: PostgreSQL has left them
 * in the new one, for later readings alone. MySQL refuses to read it, and SQLite shows what was there.
 */
export function losesRewritten(db: Knex): boolean {
  return dialectOf(db) === 'postgres';
}

async function onConnection<C, T>(db: Knex, work: (connection: C) => Promise<T>): Promise<T> {
  const connection = await db.client.acquireConnection();
  try {
    return await work(connection);
  } finally {
    await db.client.releaseConnection(connection);
  }
}

/** On a connection of its own beside the pool, which has only one; a database in memory has no other. */
async function readSqlite<T>(db: Knex, work: (reading: Reading) => Promise<T>): Promise<T> {
  const { filename } = db.client.config.connection;
  const read = async (connection: Sqlite.Database) => {
    connection.exec('begin');
    try {
      // The state that is shown is that of the first reading.
      connection.prepare('select count(*) from sqlite_master').get();
      return await work(sqliteReading(connection));
    } finally {
      connection.exec('rollback');
    }
  };
  if (filename === ':memory:') return onConnection(db, read);
  // The pool's first connection makes the file ready to be read by several.
  await db.raw('select 1');
  const connection = new db.client.driver(filename, { readonly: true, timeout: WAIT.sqliteLock });
  try {
    return await read(connection);
  } finally {
    connection.close();
  }
}

function sqliteReading(connection: Sqlite.Database): Reading {
  return {
    all: async (sql) => connection.prepare(sql).raw().all() as unknown[][],
    async *stream(sql) {
      const batches = new Batches();
      for (const row of connection.prepare(sql).raw().iterate()) {
        const full = batches.add(row as Row);
        if (full) yield full;
      }
      yield* batches.rest();
    },
  };
}

async function readPostgres<T>(
  connection: PostgresClient,
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const all = async (text: string) => (await connection.query({ text, rowMode: 'array' })).rows;
  await connection.query('begin isolation level repeatable read read only');
  try {
    // Whoever reads waits for whoever writes; the server must not take that for being forgotten.
    await connection.query('set local idle_in_transaction_session_timeout = 0');
    return await work({
      all,
      async *stream(sql, holdsBytes) {
        await connection.query(`declare moving no scroll cursor for ${sql}`);
        const most = holdsBytes ? PICTURES : BATCH.rows;
        for (let size = Math.min(100, most); ; ) {
          const rows: Row[] = await all(`fetch ${size} from moving`);
          if (rows.length === 0) break;
          yield rows;
          const average = rows.reduce((sum, row) => sum + sizeOf(row), 0) / rows.length;
          size = Math.max(1, Math.min(most, Math.floor(BATCH.bytes / average)));
        }
        await connection.query('close moving');
      },
    });
  } finally {
    await connection.query('rollback').catch(() => undefined);
  }
}

async function readMysql<T>(connection: MysqlConnection, work: (reading: Reading) => Promise<T>): Promise<T> {
  const all = (sql: string) =>
    new Promise<unknown[][]>((resolve, reject) => {
      connection.query({ sql, rowsAsArray: true }, (error, rows) => {
        if (error) reject(error);
        else resolve(rows as unknown[][]);
      });
    });
  await all('set transaction isolation level repeatable read');
  await all('start transaction with consistent snapshot, read only');
  // How long the server waits, in seconds: while it sends more than is taken, and while others are read and written.
  await all('set session net_write_timeout = 3600, wait_timeout = 86400');
  const reading: Reading = { all, stream: (sql, holdsBytes) => streamMysql(connection, sql, holdsBytes) };
  const outcome = await work(reading).catch((error) => {
    // What is left of a table would be sent to its end before the connection takes another question.
    connection.destroy();
    throw error;
  });
  await all('rollback');
  await all('set session net_write_timeout = default, wait_timeout = default');
  return outcome;
}

async function* streamMysql(
  connection: MysqlConnection,
  sql: string,
  holdsBytes: boolean,
): AsyncGenerator<Row[]> {
  const stream = connection
    .query({ sql, rowsAsArray: true })
    .stream({ highWaterMark: holdsBytes ? PICTURES : 100 });
  // The driver tells a query of a lost connection only where it has a callback.
  const lost = (error: Error) => stream.destroy(error);
  connection.once('error', lost);
  try {
    const batches = new Batches();
    for await (const row of stream) {
      const full = batches.add(row as Row);
      if (full) yield full;
    }
    yield* batches.rest();
  } finally {
    connection.off('error', lost);
  }
}

/** Gathers rows until they are enough. */
class Batches {
  #rows: Row[] = [];
  #size = 0;

  /** @returns the batch that this row has filled */
  add(row: Row): Row[] | undefined {
    this.#rows.push(row);
    this.#size += sizeOf(row);
    if (this.#rows.length < BATCH.rows && this.#size < BATCH.bytes) return undefined;
    const full = this.#rows;
    this.#rows = [];
    this.#size = 0;
    return full;
  }

  *rest(): Generator<Row[]> {
    if (this.#rows.length > 0) yield this.#rows;
  }
}
