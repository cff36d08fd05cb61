import type { Database } from '../database/connection.ts';
import { dialectOf } from '../database/dialect.ts';

const QUERIES = {
  sqlite: "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'",
  postgres: "select table_name as name from information_schema.tables where table_schema = 'public'",
  mysql: 'select table_name as name from information_schema.tables where table_schema = database()',
};

/** The names of all tables of a store. */
export async function tablesOf(db: Database): Promise<string[]> {
  const dialect = dialectOf(db);
  const answer = await db.raw(QUERIES[dialect]);
  const rows = { sqlite: answer, postgres: answer.rows, mysql: answer[0] }[dialect] as { name: string }[];
  return rows.map(({ name }) => name).sort();
}

/** Everything that stands in a store's database, table by table. */
export async function everyRow(db: Database): Promise<Map<string, Record<string, unknown>[]>> {
  const all = new Map<string, Record<string, unknown>[]>();
  for (const table of await tablesOf(db)) all.set(table, await db(table).select());
  return all;
}
