import type { Database } from '../connection.ts';
import { isUnavailable } from '../dialect-errors.ts';
import { holdLock } from '../dialect-lock.ts';
import { knownMigrations, migrateTo, whileNobodyMigrates } from '../migrations.ts';
import { retryConflicts, type Transaction } from '../transaction.ts';
import { MARKER, mark, type Transfer, unfinishedTransfer, unmark } from '../unfinished-transfer.ts';
import { setNextNumber, tablesIn } from './dialect-tables.ts';
import { keepsZeros, writeRows } from './dialect-write.ts';
import { keyOf, type Row } from './rows.ts';
import { shapeAfter, type Table } from './shape.ts';

const LOCK = 'gatehouse-transfer';
/** SQLite waits for its lock with the whole process. */
const TIMEOUT = 500;
/** A surrogate without its other half, which no UTF-8 can hold. */
const HALF_A_CHARACTER = /\p{Surrogate}/u;
export const KNEX_TABLES = ['knex_migrations', 'knex_migrations_lock'];

export interface FillingPlan extends Transfer {
  /** The migrations that had been run on the store that comes into it. */
  migrations: readonly string[];
  /** Whether a store that stands in it is to be removed first. Otherwise it must be empty. */
  replace?: boolean;
}

/** Why a database cannot be filled; nothing in it was changed. */
export class FillingRefused extends Error {
  override name = 'FillingRefused';
  /** `foreign`: it holds tables that are no store's. `unwritable`: the message says why. */
  readonly reason: 'store' | 'foreign' | 'unwritable' | 'busy';

  constructor(reason: FillingRefused['reason'], detail = '') {
    super(detail);
    this.reason = reason;
  }
}

/** A row that the database does not take, with the table and the key in its message. */
export class UnwritableRow extends Error {
  override name = 'UnwritableRow';
}

/**
 * Fills a database with a whole store. It is marked as unfinished before anything is written to it, and the mark goes
 * when `work` is over. Where that throws, or the process is killed, the mark stays: no store starts there, and who
 * fills it again begins with an empty database.
 *
 * @throws FillingRefused when there is a store already, somebody else fills it or it takes no mark; what `work` threw
 */
export async function fillStore<T>(
  db: Database,
  plan: FillingPlan,
  work: (filling: Filling) => Promise<T>,
): Promise<T> {
  let begun = false;
  let failure: unknown;
  const fill = async () => {
    begun = true;
    const startedOver = await whileNobodyMigrates(db, () => begin(db, plan));
    const tables = await shapeAfter(plan.migrations);
    const outcome = await work(fillingOf(db, tables, startedOver));
    await unmark(db);
    return outcome;
  };
  const noteFailure = () =>
    fill().catch((error) => {
      failure = error;
      throw error;
    });
  try {
    return await holdLock(db, LOCK, TIMEOUT, noteFailure);
  } catch (error) {
    // What went wrong first: to give back the lock of a server that is lost fails as well, and says less.
    if (begun) throw failure ?? error;
    if (isOutOfReach(error)) throw error;
    throw new FillingRefused('busy');
  }
}

/** Whether the database could not be asked for the lock at all. */
function isOutOfReach(error: unknown): boolean {
  const { code } = error as { code?: string };
  return isUnavailable(error) && code !== '55P03' && code !== 'SQLITE_BUSY';
}

async function begin(db: Database, plan: FillingPlan): Promise<boolean> {
  const startedOver = (await unfinishedTransfer(db)) !== undefined;
  const there = (await tablesIn(db)).filter((table) => table !== MARKER);
  const known = await shapeAfter(await knownMigrations());
  const own = [...known.map(({ name }) => name), ...KNEX_TABLES];
  const foreign = there.filter((table) => !own.includes(table));
  if (foreign.length > 0) throw new FillingRefused('foreign', foreign.join(', '));
  if (there.length > 0 && !startedOver && !plan.replace) throw new FillingRefused('store');

  const present = own.toReversed().filter((table) => there.includes(table));
  await markAndEmpty(db, plan, present);
  await migrateTo(db, plan.migrations);
  // What migrations put in comes from the store instead.
  for (const { name } of (await shapeAfter(plan.migrations)).toReversed()) await db(name).delete();
  return startedOver;
}

/**
 * Marks a database and removes what is in it: both or neither where tables are made in transactions, as they are not on
 * MySQL. So a user who may not make them, or a view that needs one of them, leaves all as it was.
 */
async function markAndEmpty(db: Database, plan: FillingPlan, tables: readonly string[]): Promise<void> {
  const work = async (trx: Transaction) => {
    await mark(trx, plan);
    for (const table of tables) await trx.schema.dropTable(table);
  };
  try {
    await db.transaction(work);
  } catch (error) {
    const mayBeMarked = await unfinishedTransfer(db).then(Boolean, () => true);
    throw mayBeMarked ? error : new FillingRefused('unwritable', reasonOf(error));
  }
}

/** A database while it is filled. */
export type Filling = ReturnType<typeof fillingOf>;

function fillingOf(db: Database, tables: Table[], startedOver: boolean) {
  return {
    /** The tables to fill, in this order: parents before the tables that refer to them. */
    tables,
    /** Whether what an earlier, unfinished transfer had left was removed. */
    startedOver,
    /** @throws UnwritableRow, or what the database says when it is not about a row */
    async insert(table: Table, rows: readonly Row[]): Promise<void> {
      try {
        for (const row of rows) refuseUnwritable(db, table, row);
        await retryConflicts(() => writeRows(db, table, rows));
      } catch (error) {
        if (error instanceof UnwritableRow || isUnavailable(error)) throw error;
        throw (await findUnwritable(db, table, rows)) ?? error;
      }
    },
    /**
     * Makes a store of it when all rows are there: new rows get the next numbers, and the migrations are run that this
     * version has beyond those of the plan.
     *
     * @returns the names of the migrations that were run
     */
    async complete(nextNumbers: Readonly<Record<string, number>>): Promise<string[]> {
      for (const { name, numbered } of tables) {
        if (numbered) await setNextNumber(db, name, numbered, nextNumbers[name] as number);
      }
      return whileNobodyMigrates(db, async () => migrateTo(db, await knownMigrations()));
    },
  };
}

/** What no database, or not this one, keeps as it is. @throws UnwritableRow */
function refuseUnwritable(db: Database, table: Table, row: Row): void {
  for (const [index, value] of row.entries()) {
    if (typeof value !== 'string') continue;
    const column = table.columns[index]?.name;
    if (HALF_A_CHARACTER.test(value)) throw unwritable(table, row, `${column} holds half a character`);
    if (value.includes('\0') && !keepsZeros(db))
      throw unwritable(table, row, `${column} holds the character \\u0000, which PostgreSQL cannot keep`);
  }
}

function unwritable(table: Table, row: Row, reason: string): UnwritableRow {
  return new UnwritableRow(`The row ${keyOf(table, row)} of ${table.name} could not be written: ${reason}.`);
}

/** Looks for the first row that is refused, one by one, and keeps none of them. */
async function findUnwritable(
  db: Database,
  table: Table,
  rows: readonly Row[],
): Promise<UnwritableRow | undefined> {
  const trx = await db.transaction();
  try {
    for (const row of rows) {
      try {
        await writeRows(trx, table, [row]);
      } catch (error) {
        return unwritable(table, row, reasonOf(error));
      }
    }
    return undefined;
  } finally {
    await trx.rollback().catch(() => undefined);
  }
}

/** What the database says of it, without the query and its values. */
function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return [code, message.split(' - ').at(-1)].filter(Boolean).join(': ');
}
