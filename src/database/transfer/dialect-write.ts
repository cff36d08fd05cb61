import type Sqlite from 'better-sqlite3';
import type { Knex } from 'knex';
import { dialectOf, runPrepared } from '../dialect.ts';
import { inOneTransaction } from './dialect-read.ts';
import { type Row, sizeOf } from './rows.ts';
import type { Table } from './shape.ts';

/**
 * How many rows one statement takes, on servers: few different statements, so that each is prepared once, and each
 * with fewer values than the 65,535 that their protocols can count.
 */
const AT_ONCE = [500, 50, 5, 1];
const MOST_VALUES = 60_000;
/** A statement takes no more bytes than this, but for a single row: servers refuse what is too long as a whole. */
const MOST_BYTES = 4_000_000;

/** Whether text may hold the character 0; PostgreSQL's may not. */
export function keepsZeros(db: Knex): boolean {
  return dialectOf(db) !== 'postgres';
}

/** All or none of the rows. */
export async function writeRows(db: Knex, table: Table, rows: readonly Row[]): Promise<void> {
  return inOneTransaction(db, {}, (trx) => writeIn(trx, table, rows));
}

async function writeIn(trx: Knex.Transaction, table: Table, rows: readonly Row[]): Promise<void> {
  const dialect = dialectOf(trx);
  // A crash of the server may cost rows and not the mark of the transfer, which is taken away durably.
  if (dialect === 'postgres') await trx.raw('set local synchronous_commit = off');
  const connection = await trx.client.acquireConnection();
  if (dialect === 'sqlite') {
    const insert = (connection as Sqlite.Database).prepare(statement(trx, table, 1));
    for (const row of rows) insert.run(row);
    return;
  }
  for (let from = 0; from < rows.length; ) {
    const count = countOf(rows, from, table.columns.length);
    const values = rows.slice(from, from + count).flat();
    const name = `into_${table.name}_${count}`;
    await runPrepared(dialect, connection, name, statement(trx, table, count), values);
    from += count;
  }
}

function statement(db: Knex, { name, columns }: Table, rows: number): string {
  const row = `(${columns.map(() => '?').join(', ')})`;
  const sql = `insert into ?? (${columns.map(() => '??').join(', ')}) values `;
  const head = db.raw(sql, [name, ...columns.map((column) => column.name)]).toQuery();
  const all = head + Array(rows).fill(row).join(', ');
  let number = 0;
  return dialectOf(db) === 'postgres' ? all.replaceAll('?', () => `$${++number}`) : all;
}

function countOf(rows: readonly Row[], from: number, columns: number): number {
  for (const count of AT_ONCE) {
    if (count > rows.length - from || count * columns > MOST_VALUES) continue;
    let size = 0;
    for (let index = from; index < from + count; index += 1) size += sizeOf(rows[index] as Row);
    if (size <= MOST_BYTES) return count;
  }
  return 1;
}
