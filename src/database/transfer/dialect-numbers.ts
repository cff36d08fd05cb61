import type { Knex } from 'knex';
import { dialectOf } from '../dialect.ts';
import type { Reading } from './dialect-read.ts';

/**
 * Where the three databases keep which number a new row gets. The numbers of rows that are gone must not come again:
 * the audit log, for one, goes on speaking of members by theirs.
 */

/** The number that the next new row of a table would get. */
export async function nextNumber(db: Knex, reading: Reading, table: string, column: string): Promise<number> {
  const highest = await reading.all(db.raw('select coalesce(max(??), 0) from ??', [column, table]).toQuery());
  const afterHighest = Number(highest[0]?.[0]) + 1;
  return Math.max(afterHighest, await keptNumber(db, reading, table, column));
}

async function keptNumber(db: Knex, reading: Reading, table: string, column: string): Promise<number> {
  switch (dialectOf(db)) {
    case 'sqlite': {
      const [row] = await reading.all(
        db.raw('select seq from sqlite_sequence where name = ?', [table]).toQuery(),
      );
      return Number(row?.[0] ?? 0) + 1;
    }
    case 'postgres': {
      const named = db.raw('select pg_get_serial_sequence(?, ?)', [table, column]).toQuery();
      const [[sequence] = []] = await reading.all(named);
      const [row] = await reading.all(
        `select case when is_called then last_value + 1 else last_value end from ${sequence}`,
      );
      return Number(row?.[0]);
    }
    case 'mysql': {
      // The information schema may answer from a memory that is a day old.
      const [row] = await reading.all(db.raw('show create table ??', [table]).toQuery());
      const options = String(row?.[1]).split('\n').at(-1) ?? '';
      return Number(/\bAUTO_INCREMENT=(\d+)/.exec(options)?.[1] ?? 1);
    }
  }
}

/** Says which number the next new row of a table gets. It must be higher than that of every row. */
export async function setNextNumber(db: Knex, table: string, column: string, next: number): Promise<void> {
  switch (dialectOf(db)) {
    case 'sqlite':
      await db('sqlite_sequence').where('name', table).delete();
      await db('sqlite_sequence').insert({ name: table, seq: next - 1 });
      return;
    case 'postgres':
      await db.raw('select setval(pg_get_serial_sequence(?, ?), ?, false)', [table, column, next]);
      return;
    case 'mysql':
      await db.raw('alter table ?? auto_increment = ??', [table, db.raw(String(next))]);
      return;
  }
}
