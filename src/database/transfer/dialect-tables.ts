import type { Knex } from 'knex';
import { dialectOf } from '../dialect.ts';

/** What the three databases say of their tables: which there are, and which number a new row gets. */

const ALL_TABLES = {
  sqlite: "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
  postgres: 'select table_name as name from information_schema.tables where table_schema = current_schema()',
  mysql: 'select table_name as name from information_schema.tables where table_schema = database()',
};

/** The names of all tables of a database, whoever made them. */
export async function tablesIn(db: Knex): Promise<string[]> {
  return (await ask<{ name: string }>(db, ALL_TABLES[dialectOf(db)])).map(({ name }) => name).sort();
}

async function ask<R>(db: Knex, sql: string, bindings: Knex.RawBinding[] = []): Promise<R[]> {
  const answer = await db.raw(sql, bindings);
  return { sqlite: answer, postgres: answer.rows, mysql: answer[0] }[dialectOf(db)] as R[];
}

/**
 * The number that the next new row of a table would get. The numbers of rows that are gone must not come again: the
 * audit log, for one, goes on speaking of members by theirs.
 */
export async function nextNumber(db: Knex, table: string, column: string): Promise<number> {
  const [highest] = await db(table).max({ number: column });
  return Math.max(Number(highest?.number ?? 0) + 1, await numberToCome(db, table, column));
}

/** As the database itself counts; too low where rows were written with numbers of their own. */
async function numberToCome(db: Knex, table: string, column: string): Promise<number> {
  switch (dialectOf(db)) {
    case 'sqlite': {
      const row = await db('sqlite_sequence').where('name', table).first('seq');
      return Number(row?.seq ?? 0) + 1;
    }
    case 'postgres': {
      const [named] = await ask<{ sequence: string }>(db, 'select pg_get_serial_sequence(?, ?) as sequence', [
        table,
        column,
      ]);
      const [row] = await ask<{ next: number }>(
        db,
        `select case when is_called then last_value + 1 else last_value end as next from ${named?.sequence}`,
      );
      return Number(row?.next);
    }
    case 'mysql': {
      // The information schema may answer from a memory that is a day old.
      const [row] = await ask<Record<string, string>>(db, 'show create table ??', [table]);
      const options = row?.['Create Table']?.split('\n').at(-1) ?? '';
      return Number(/\bAUTO_INCREMENT=(\d+)/.exec(options)?.[1] ?? 1);
    }
  }
}

/** @param next must be higher than the number of every row */
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
