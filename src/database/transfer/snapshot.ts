import type { Knex } from 'knex';
import { migrationsRun } from '../migrations.ts';
import { losesRewritten, readBatches, whileReading } from './dialect-read.ts';
import { nextNumber } from './dialect-tables.ts';
import { keyOf, type Row, TableDigest } from './rows.ts';
import { shapeAfter, type Table } from './shape.ts';

/** A store as it was at one moment, whatever is written to it meanwhile. */
export type Snapshot = Awaited<ReturnType<typeof snapshotOf>>;

/** A value that no store of this program writes. */
export class UnreadableRow extends Error {
  override name = 'UnreadableRow';
}

/** Rows may be missing in what was read. */
export class MigratedMeanwhile extends Error {
  override name = 'MigratedMeanwhile';
}

/**
 * Reads a store as it is at this moment. On servers and on SQLite it runs on while this goes on; what is written
 * after the beginning is not seen.
 */
export async function withSnapshot<T>(db: Knex, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return whileReading(db, async (trx) => work(await snapshotOf(db, trx)));
}

async function snapshotOf(db: Knex, trx: Knex.Transaction) {
  const migrations = await trx('knex_migrations').orderBy('name').pluck<string[]>('name');
  const tables = await shapeAfter(migrations);
  return {
    migrations,
    /** Parents before the tables that refer to them. */
    tables,
    async count({ name }: Table): Promise<number> {
      const [row] = await trx(name).count({ rows: '*' });
      return Number(row?.rows);
    },
    /** In the order of the key, in batches of a few megabytes at most. @throws UnreadableRow, MigratedMeanwhile */
    async *rows(table: Table): AsyncGenerator<Row[]> {
      for await (const batch of readBatches(trx, table)) {
        for (const row of batch) check(row, table);
        yield batch;
      }
      // Only now: what was read is locked against migrations until the end.
      const isAsBegun = !losesRewritten(db) || (await migrationsRun(db)).length === migrations.length;
      if (!isAsBegun) throw new MigratedMeanwhile('the database was migrated meanwhile');
    },
    /** The number that the next new row of each table would get, by the names of the tables that number their rows. */
    async nextNumbers(): Promise<Record<string, number>> {
      const numbers: Record<string, number> = {};
      for (const { name, numbered } of tables) {
        if (numbered) numbers[name] = await nextNumber(trx, name, numbered);
      }
      return numbers;
    },
  };
}

export async function countAll({ tables, count }: Snapshot): Promise<number> {
  let total = 0;
  for (const table of tables) total += await count(table);
  return total;
}

/** Reads all rows of a table and sums them up. @throws UnreadableRow */
export async function digestOf({ rows }: Snapshot, table: Table): Promise<TableDigest> {
  const digest = new TableDigest();
  for await (const batch of rows(table)) for (const row of batch) digest.add(row);
  return digest;
}

/** Sees that each value is what its column holds on all three databases; SQLite would store anything. */
function check(row: unknown[], table: Table): void {
  for (const [index, { name, kind }] of table.columns.entries()) {
    const value = row[index];
    if (typeof value === 'boolean') row[index] = Number(value);
    else if (value !== null && !fits(kind, value)) {
      const message = `${name} of the row ${keyOf(table, row as Row)} in ${table.name} is no ${kind} that every database can hold.`;
      throw new UnreadableRow(message);
    }
  }
}

function fits(kind: Table['columns'][number]['kind'], value: unknown): boolean {
  if (kind === 'text') return typeof value === 'string';
  return kind === 'number' ? Number.isSafeInteger(value) : Buffer.isBuffer(value);
}
