import type { Knex } from 'knex';
import { dialectOf } from '../dialect.ts';

const ALL_TABLES = {
  sqlite: "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'",
  postgres: 'select table_name as name from information_schema.tables where table_schema = current_schema()',
  mysql: 'select table_name as name from information_schema.tables where table_schema = database()',
};

/** The names of all tables of a database, whoever made them. */
export async function tablesIn(db: Knex): Promise<string[]> {
  return (await ask<{ name: string }>(db, ALL_TABLES[dialectOf(db)])).map(({ name }) => name).sort();
}

async function ask<R>(db: Knex, sql: string): Promise<R[]> {
  const answer = await db.raw(sql);
  return { sqlite: answer, postgres: answer.rows, mysql: answer[0] }[dialectOf(db)] as R[];
}

/** Whether text may hold the character 0; PostgreSQL's may not. */
export function keepsZeros(db: Knex): boolean {
  return dialectOf(db) !== 'postgres';
}
