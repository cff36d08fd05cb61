import { setImmediate } from 'node:timers/promises';
import type { Database } from '../connection.ts';
import { tablesIn } from './dialect-place.ts';
import { type Filling, fillStore, KNEX_TABLES } from './filling.ts';
import { TableDigest } from './rows.ts';
import type { Table } from './shape.ts';
import { countAll, type Snapshot, withSnapshot } from './snapshot.ts';

/*
 * Moving a whole store, for copies, backups and restores:
 *
 * - `withSnapshot(db, work)` reads one as it is at this moment: its migrations, tables, rows and next numbers;
 * - `fillStore(db, plan, work)` fills a database with one, which is marked as unfinished until `work` is over;
 *   in it `insert(table, rows)` and, at the end, `complete(nextNumbers)`;
 * - `TableDigest` sums up the rows of a table, the same on all databases; `encodeRow` and `decodeRow` are a row as a
 *   line of JSON;
 * - `shapeAfter(migrations)` says which tables there are, parents first;
 * - `refuseUnfinished(db)` is for whoever works on a store.
 *
 * copyStore, below, is all of it together.
 */

/** How far a copy is: rows written, then rows read back and compared. */
export interface Progress {
  phase: 'copying' | 'comparing';
  done: number;
  total: number;
}

export interface CopyOptions {
  /** Where the store is that is copied, for whoever finds an unfinished copy. Never with a password. */
  source: string;
  /** In UTC milliseconds. */
  startedAt: number;
  progress: (progress: Progress) => void;
  /** Breaks the copy off. */
  signal: AbortSignal;
}

/** What was copied. */
export interface Copied {
  tables: number;
  rows: number;
  /** Tables of the source that are no store's; they stayed behind. */
  leftOut: string[];
  /** The migrations that were run on the copy because its source was older than this version. */
  migrations: string[];
  startedOver: boolean;
}

/** What arrived is not what was read. */
export class CopyDiffers extends Error {
  override name = 'CopyDiffers';
  readonly table: string;

  constructor(table: string) {
    super(`What was written to ${table} is not what was read.`);
    this.table = table;
  }
}

/**
 * Copies a whole store into an empty database: what the source holds at this moment, as one state. Rows are read back
 * from the copy and compared with what was read, by their number and a checksum of each table. Until all that is done
 * the copy is marked as unfinished.
 *
 * @throws FillingRefused with nothing changed; UnreadableRow, UnwritableRow, CopyDiffers, what the
 * databases throw, and the signal's reason
 */
export async function copyStore(from: Database, to: Database, options: CopyOptions): Promise<Copied> {
  return withSnapshot(from, (snapshot) => {
    const { source, startedAt } = options;
    const plan = { what: 'copy', source, startedAt, migrations: snapshot.migrations } as const;
    return fillStore(to, plan, async (filling) => {
      const counter = await startCounting(snapshot, options);
      const digests = await copyRows(snapshot, filling, counter);
      const nextNumbers = await snapshot.nextNumbers();
      await compare(to, digests, counter);
      const migrations = await filling.complete(nextNumbers);
      return {
        tables: snapshot.tables.length,
        rows: [...digests.values()].reduce((sum, { rows }) => sum + rows, 0),
        leftOut: await foreignTables(from, snapshot.tables),
        migrations,
        startedOver: filling.startedOver,
      };
    });
  });
}

type Counter = (phase: Progress['phase'], rows: number) => Promise<void>;

/** Counts rows as they go by. Between batches others get a turn: SQLite works without ever giving them one. */
async function startCounting(snapshot: Snapshot, { progress, signal }: CopyOptions): Promise<Counter> {
  const total = await countAll(snapshot);
  const done = { copying: 0, comparing: 0 };
  return async (phase, rows) => {
    done[phase] += rows;
    progress({ phase, done: done[phase], total });
    await setImmediate();
    signal.throwIfAborted();
  };
}

async function copyRows(
  snapshot: Snapshot,
  filling: Filling,
  counter: Counter,
): Promise<Map<Table, TableDigest>> {
  const digests = new Map<Table, TableDigest>();
  for (const table of snapshot.tables) {
    const digest = new TableDigest();
    for await (const rows of snapshot.rows(table)) {
      await filling.insert(table, rows);
      for (const row of rows) digest.add(row);
      await counter('copying', rows.length);
    }
    digests.set(table, digest);
  }
  return digests;
}

async function compare(
  copy: Database,
  digests: ReadonlyMap<Table, TableDigest>,
  counter: Counter,
): Promise<void> {
  await withSnapshot(copy, async (snapshot) => {
    for (const [table, expected] of digests) {
      const digest = new TableDigest();
      for await (const rows of snapshot.rows(table)) {
        for (const row of rows) digest.add(row);
        await counter('comparing', rows.length);
      }
      if (digest.rows !== expected.rows || digest.sum !== expected.sum) throw new CopyDiffers(table.name);
    }
  });
}

async function foreignTables(db: Database, tables: readonly Table[]): Promise<string[]> {
  const own = [...tables.map(({ name }) => name), ...KNEX_TABLES];
  return (await tablesIn(db)).filter((name) => !own.includes(name));
}
