import type { Knex } from 'knex';
import { connect } from '../connection.ts';
import { dialectOf } from '../dialect.ts';
import { type Row, sizeOf, type Value } from './rows.ts';
import type { Table } from './shape.ts';

/**
 * Runs `work` in a transaction that sees one state of the database, that of its first query, whatever others write
 * meanwhile.
 */
export async function whileReading<T>(db: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  switch (dialectOf(db)) {
    case 'sqlite':
      return readSqlite(db, work);
    case 'postgres':
      return inOneTransaction(db, SERVER_READING, async (trx) => {
        // Whoever reads waits for whoever writes; the server must not take that for being forgotten.
        await trx.raw('set local idle_in_transaction_session_timeout = 0');
        return work(trx);
      });
    case 'mysql':
      return inOneTransaction(db, SERVER_READING, async (trx) => {
        // In seconds: so long the server waits for the next query, while what was read is written elsewhere.
        await trx.raw('set session wait_timeout = 86400');
        const outcome = await work(trx);
        await trx.raw('set session wait_timeout = default');
        return outcome;
      });
  }
}

const SERVER_READING: Knex.TransactionConfig = { isolationLevel: 'repeatable read' };

/** On a connection beside the pool, which has only one; a database in memory has no other. */
async function readSqlite<T>(db: Knex, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
  const { filename } = db.client.config.connection;
  if (filename === ':memory:') return inOneTransaction(db, {}, work);
  const reader = connect({ dialect: 'sqlite', file: filename }, () => undefined);
  try {
    return await inOneTransaction(reader, {}, work);
  } finally {
    await reader.destroy();
  }
}

/** A transaction that throws what went wrong first: where the database is lost or full, to undo it fails as well. */
export async function inOneTransaction<T>(
  db: Knex,
  config: Knex.TransactionConfig,
  work: (trx: Knex.Transaction) => Promise<T>,
): Promise<T> {
  let failure: unknown;
  const noteFailure = (trx: Knex.Transaction) =>
    work(trx).catch((error) => {
      failure = error;
      throw error;
    });
  return db.transaction(noteFailure, config).catch((error) => {
    throw failure ?? error;
  });
}

/**
 * A batch is to have so many bytes, by the rows before it. How large its own are nobody knows until they are in memory, so
 * there are never many.
 */
const BATCH = { rows: 250, bytes: 2_000_000 };
/** The first batch of a table, and each of one with pictures, whose sizes differ widely. */
const FEW = 4;

export async function* readBatches(trx: Knex.Transaction, table: Table): AsyncGenerator<Row[]> {
  const columns = table.columns.map(({ name }) => name);
  const most = table.columns.some(({ kind }) => kind === 'bytes') ? FEW : BATCH.rows;
  const inOrder = trx(table.name).select(columns).orderBy(table.key);
  let size = FEW;
  let last: Record<string, Value> | undefined;
  do {
    const query = inOrder.clone().limit(size);
    const batch: Record<string, Value>[] = await (last ? query.where(after(trx, table.key, last)) : query);
    const rows = batch.map((row) => columns.map((column) => row[column] as Value));
    if (rows.length > 0) yield rows;
    last = batch.length < size ? undefined : batch.at(-1);
    const average = rows.reduce((sum, row) => sum + sizeOf(row), 0) / rows.length;
    size = Math.max(1, Math.min(most, Math.floor(BATCH.bytes / average)));
  } while (last);
}

/** What comes after a row. MySQL uses the index for the first comparison alone. */
function after(db: Knex, key: string[], last: Record<string, Value>): Knex.Raw {
  const names = key.map(() => '??').join(', ');
  const values = key.map(() => '?').join(', ');
  const found = key.map((name) => last[name] as Value);
  const [first] = key as [string];
  return db.raw(`?? >= ? and (${names}) > (${values})`, [first, found[0] as Value, ...key, ...found]);
}

/**
 * Whether a reading finds no rows where a migration has written the table anew since it began: PostgreSQL has left them
 * in the new one, for later readings alone. MySQL refuses to read it, and SQLite shows what was there.
 */
export function losesRewritten(db: Knex): boolean {
  return dialectOf(db) === 'postgres';
}
