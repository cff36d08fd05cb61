import type { Knex } from 'knex';
import { forEachDialect } from './dialect.ts';

/** The table that marks a database which is being filled. It goes when all is there. */
export const MARKER = 'unfinished_transfer';

/** What a database is being filled with. */
export interface Transfer {
  /** From where: a file, or standard input. */
  source: string;
  /** In UTC milliseconds. */
  startedAt: number;
}

/** A database that was not filled to the end: it holds a part of a store, and nobody may work on it. */
export class UnfinishedTransfer extends Error {
  override name = 'UnfinishedTransfer';

  constructor({ source, startedAt }: Transfer) {
    const since = new Date(startedAt).toISOString();
    super(
      `It holds an unfinished restore of ${source}, begun ${since}, and is no store. Run the same gatehouse restore again.`,
    );
  }
}

/** What a database was being filled with when that was broken off, or is right now. */
export async function unfinishedTransfer(db: Knex): Promise<Transfer | undefined> {
  if (!(await db.schema.hasTable(MARKER))) return undefined;
  const row = await db(MARKER).first('source', 'started_at');
  // Killed between making the table and writing into it.
  if (!row) return { source: 'a backup', startedAt: 0 };
  return { source: row.source, startedAt: row.started_at };
}

/** @throws UnfinishedTransfer */
export async function refuseUnfinished(db: Knex): Promise<void> {
  const transfer = await unfinishedTransfer(db);
  if (transfer) throw new UnfinishedTransfer(transfer);
}

/** Marks a database before anything is written to it. */
export async function mark(db: Knex, { source, startedAt }: Transfer): Promise<void> {
  if (!(await db.schema.hasTable(MARKER))) {
    await db.schema.createTable(MARKER, (table) => {
      forEachDialect(table, db);
      table.integer('id').primary();
      table.text('source').notNullable();
      table.bigInteger('started_at').notNullable();
    });
  }
  await db(MARKER).delete();
  await db(MARKER).insert({ id: 1, source, started_at: startedAt });
}

export async function unmark(db: Knex): Promise<void> {
  await db.schema.dropTable(MARKER);
}
