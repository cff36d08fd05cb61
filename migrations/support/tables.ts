import type { Knex } from 'knex';

/**
 * What migrations share. It is frozen as they are: whatever it makes has been made in stores, so it is never changed,
 * and no migration imports anything else of the program, which goes on changing.
 */

/**
 * Makes a table. MySQL is told what it needs said for each: full Unicode, compared byte by byte as on the other two,
 * but for spaces at the end, which it ignores.
 */
export async function createTable(
  knex: Knex,
  name: string,
  define: (table: Knex.CreateTableBuilder) => void,
): Promise<void> {
  await knex.schema.createTable(name, (table) => {
    if (isMysql(knex)) {
      table.engine('InnoDB');
      table.charset('utf8mb4');
      table.collate('utf8mb4_bin');
    }
    define(table);
  });
}

/** Drops tables, the first one first. */
export async function dropTables(knex: Knex, ...names: string[]): Promise<void> {
  for (const name of names) await knex.schema.dropTable(name);
}

/** A column with the id of a row of another table. */
export function idColumn(
  table: Knex.CreateTableBuilder,
  name: string,
  other: string,
): Knex.ReferencingColumnBuilder {
  return table.integer(name).unsigned().references('id').inTable(other);
}

/** The column `user_id` of what belongs to a member and goes with them. */
export function memberColumn(table: Knex.CreateTableBuilder): Knex.ReferencingColumnBuilder {
  return idColumn(table, 'user_id', 'users').onDelete('CASCADE');
}

/**
 * A text column that compares and sorts byte by byte on PostgreSQL too, which would go by the language that the server
 * was set up with, and then no index finds what begins with a text.
 *
 * @param length what it holds, in characters
 */
export function byteOrderColumn(
  table: Knex.CreateTableBuilder,
  knex: Knex,
  name: string,
  length: number,
): Knex.ColumnBuilder {
  if (isPostgres(knex)) return table.specificType(name, `varchar(${length}) collate "C"`);
  return table.string(name, length);
}

/** A column that holds up to 16 MiB of bytes. */
export function bytesColumn(table: Knex.CreateTableBuilder, knex: Knex, name: string): Knex.ColumnBuilder {
  if (isPostgres(knex)) return table.specificType(name, 'bytea');
  return table.specificType(name, isMysql(knex) ? 'mediumblob' : 'blob');
}

function isPostgres(knex: Knex): boolean {
  return knex.client.config.client === 'pg';
}

function isMysql(knex: Knex): boolean {
  return knex.client.config.client === 'mysql2';
}
