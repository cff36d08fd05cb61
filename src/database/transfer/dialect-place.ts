import { statSync } from 'node:fs';
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

const IDENTITIES = {
  // To the microsecond when the server was started: two servers share no such moment, in practice.
  postgres:
    "select concat_ws('/', pg_postmaster_start_time(), current_database(), current_schema()) as identity",
  mysql: "select concat_ws('/', @@hostname, @@port, @@datadir, database()) as identity",
};

/** Whether two connections lead to one database, however their addresses are written. SQLite's files must be there. */
export async function isSamePlace(one: Knex, other: Knex): Promise<boolean> {
  if (dialectOf(one) !== dialectOf(other)) return false;
  return (await identityOf(one)) === (await identityOf(other));
}

/** The same for every connection to one database, and for no other. */
async function identityOf(db: Knex): Promise<string | undefined> {
  const dialect = dialectOf(db);
  if (dialect === 'sqlite') {
    const { dev, ino } = statSync(db.client.config.connection.filename, { bigint: true });
    return `${dev}/${ino}`;
  }
  return (await ask<{ identity: string }>(db, IDENTITIES[dialect]))[0]?.identity;
}

async function ask<R>(db: Knex, sql: string): Promise<R[]> {
  const answer = await db.raw(sql);
  return { sqlite: answer, postgres: answer.rows, mysql: answer[0] }[dialectOf(db)] as R[];
}

/** Whether text may hold the character 0; PostgreSQL's may not. */
export function keepsZeros(db: Knex): boolean {
  return dialectOf(db) !== 'postgres';
}

/** Whether a server answered that it has no such database: 3D000 on PostgreSQL, 1049 on MySQL. */
export function isMissingDatabase(error: unknown): boolean {
  return ['3D000', 'ER_BAD_DB_ERROR'].includes((error as { code?: string }).code ?? '');
}
