import type Database from 'better-sqlite3';
import type { Knex } from 'knex';
import type { Connection as MysqlConnection } from 'mysql2';
import type { Client as PostgresClient } from 'pg';
import { types as postgresTypes } from 'pg';
import { SECOND } from '../shared/clock.ts';
import { GALERA_QUESTION, GALERA_SETTINGS, isGaleraAnswer } from './dialect-galera.ts';
import { toRow } from './rows.ts';

/**
 * This file and those whose names begin like its own (dialect-errors, dialect-lock, …) alone know which database the store
 * runs on. Everything that SQLite, PostgreSQL and MySQL (MariaDB) do differently is answered here, so that tables
 * and rules see one database.
 */

/** Where a database is: parsed from DATABASE_URL by the configuration. */
export type DatabaseAddress =
  | { dialect: 'sqlite'; file: string }
  | { dialect: 'postgres'; url: string }
  | { dialect: 'mysql'; url: string };

export type Dialect = DatabaseAddress['dialect'];

/**
 * How long a query waits for a connection, a lock or the server before it gives up, in milliseconds. SQLite
 * waits for a lock with the whole process, so not for long.
 */
const WAIT = { connect: 3 * SECOND, acquire: 5 * SECOND, lock: 5 * SECOND, sqliteLock: 2 * SECOND };

const POSTGRES_BIGINT = 20;

/**
 * What reading any page costs, beside reading the next one: little, as in memory and on an SSD. PostgreSQL's default
 * (4) is a turning disk's, by which it walks a whole table for the newest rows that match, past an index that has them.
 */
const RANDOM_PAGE = 1.1;

/** Which of the three dialects a Knex instance or transaction speaks. */
export function dialectOf(db: Knex): Dialect {
  const client: unknown = db.client.config.client;
  if (client === 'pg') return 'postgres';
  if (client === 'mysql2') return 'mysql';
  return 'sqlite';
}

/** Gives the Knex settings for a database address; every connection made with them behaves alike. */
export function knexConfig(address: DatabaseAddress): Knex.Config {
  switch (address.dialect) {
    case 'sqlite':
      return {
        client: 'better-sqlite3',
        connection: { filename: address.file },
        useNullAsDefault: true,
        acquireConnectionTimeout: WAIT.acquire,
        pool: { min: 1, max: 1, afterCreate: prepareSqlite },
      };
    case 'postgres':
      return {
        client: 'pg',
        connection: {
          connectionString: address.url,
          connectionTimeoutMillis: WAIT.connect,
          types: numbersForBigints,
          options: `-c lock_timeout=${WAIT.lock} -c timezone=UTC -c random_page_cost=${RANDOM_PAGE}`,
        },
        acquireConnectionTimeout: WAIT.acquire,
        pool: { min: 0, max: 10 },
      };
    case 'mysql':
      return {
        client: 'mysql2',
        connection: { uri: address.url, charset: 'utf8mb4', timezone: 'Z', connectTimeout: WAIT.connect },
        acquireConnectionTimeout: WAIT.acquire,
        pool: { min: 0, max: 10, afterCreate: prepareMysql },
      };
  }
}

type Done = (error: Error | null, connection: unknown) => void;

/** WAL lets readers go on while one writes; with FULL a commit that was answered survives a loss of power as well. */
function prepareSqlite(connection: Database.Database, done: Done): void {
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  connection.pragma(`busy_timeout = ${WAIT.sqliteLock}`);
  done(null, connection);
}

/** Strict values and PostgreSQL's isolation level, so that a transaction means the same on both servers. */
const MYSQL_SETTINGS = [
  "sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  `innodb_lock_wait_timeout = ${WAIT.lock / SECOND}`,
  'TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

function prepareMysql(connection: MysqlConnection, done: Done): void {
  connection.query(GALERA_QUESTION, (error, rows) => {
    if (error) return done(error, connection);
    const settings = [...MYSQL_SETTINGS, ...(isGaleraAnswer(rows) ? GALERA_SETTINGS : [])];
    const next = (problem: Error | null): void => {
      const setting = settings.shift();
      if (problem || !setting) done(problem, connection);
      else connection.query(`SET SESSION ${setting}`, next);
    };
    next(null);
  });
}

/** Times and money are BIGINT and stay far below 2^53, so they arrive as numbers, as from the other two. */
const numbersForBigints = {
  getTypeParser: (id: number, format?: string) =>
    id === POSTGRES_BIGINT ? Number : postgresTypes.getTypeParser(id, format as 'text'),
};

const sqliteReaders = new WeakMap<Knex, Database.Database>();

/**
 * Gives a connection for reading alone, beside the pool, where that is faster: SQLite's pool has one connection, and
 * who only reads would wait there until all transactions that came before are over. It closes with the pool.
 *
 * @returns undefined on servers, whose pools have several, and in memory, where each connection has its own data
 */
export function readerOf(db: Knex): unknown {
  const { connection } = db.client.config;
  if (dialectOf(db) !== 'sqlite' || connection.filename === ':memory:') return undefined;
  let reader = sqliteReaders.get(db);
  if (!reader) {
    const opened = new db.client.driver(connection.filename, { readonly: true, timeout: WAIT.sqliteLock });
    db.client.pool.on('poolDestroyRequest', () => opened.close());
    sqliteReaders.set(db, opened);
    reader = opened as Database.Database;
  }
  return reader;
}

/**
 * Runs SQL as a statement that the driver prepares once for each connection.
 *
 * @param name names the statement on a PostgreSQL connection; the same SQL must always come with the same name
 */
export async function runPrepared(
  dialect: Dialect,
  connection: unknown,
  name: string,
  sql: string,
  bindings: readonly unknown[],
): Promise<unknown[]> {
  switch (dialect) {
    case 'sqlite':
      return sqliteStatement(connection as Database.Database, sql).all(...bindings);
    case 'postgres':
      return new Promise((resolve, reject) => {
        (connection as PostgresClient).query({ name, text: sql, values: [...bindings] }, (error, result) =>
          error ? reject(error) : resolve(result.rows),
        );
      });
    case 'mysql':
      return new Promise((resolve, reject) => {
        (connection as MysqlConnection).execute(sql, [...bindings] as never[], (error, rows) =>
          error ? reject(error) : resolve(rows as unknown[]),
        );
      });
  }
}

const sqliteStatements = new WeakMap<Database.Database, Map<string, Database.Statement>>();

function sqliteStatement(connection: Database.Database, sql: string): Database.Statement {
  let statements = sqliteStatements.get(connection);
  if (!statements) {
    statements = new Map();
    sqliteStatements.set(connection, statements);
  }
  let statement = statements.get(sql);
  if (!statement) {
    statement = connection.prepare(sql);
    statements.set(sql, statement);
  }
  return statement;
}

/** Inserts one row, its values named as in the code, and gives the id the database chose (MySQL has no RETURNING). */
export async function insertReturningId(db: Knex, table: string, values: object): Promise<number> {
  const query = db(table).insert(toRow(values));
  if (dialectOf(db) === 'mysql') {
    const [id] = (await query) as number[];
    return id as number;
  }
  const [inserted] = (await query.returning('id')) as { id: number }[];
  return (inserted as { id: number }).id;
}

/**
 * Adds what MySQL needs said for each table: full Unicode, compared byte by byte as on the other two, but for
 * spaces at the end, which it ignores.
 */
export function forEachDialect(table: Knex.CreateTableBuilder, db: Knex): void {
  if (dialectOf(db) !== 'mysql') return;
  table.engine('InnoDB');
  table.charset('utf8mb4');
  table.collate('utf8mb4_bin');
}

/** A column to sort by, byte by byte: PostgreSQL would sort by the language that the server was set up with. */
export function byteOrder(db: Knex, column: string): Knex.Raw {
  return db.raw(dialectOf(db) === 'postgres' ? '?? collate "C"' : '??', [column]);
}
