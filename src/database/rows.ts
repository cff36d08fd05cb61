import type { Knex } from 'knex';

/** Names in the code are `userId`, columns are `user_id`: these go from one to the other. */

/** Gives the columns of some values, for a select: `columns('id userId')` is `{ id: 'id', userId: 'user_id' }`. */
export function columns(names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, columnOf(name)]));
}

/** The same for a table that is joined with others: `columnsOf('users', 'createdAt')`. */
export function columnsOf(table: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, `${table}.${columnOf(name)}`]));
}

/**
 * Gives values the names of their columns, for an insert or an update; never for a condition, as what is undefined is left
 * out. Each value becomes a column: hand over what a rule made, not what somebody sent.
 */
export function toRow(values: object): Record<string, unknown> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [columnOf(name), value]));
}

function columnOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Keeps the rows whose column holds each of some words somewhere. */
export function whereHolds(
  query: Knex.QueryBuilder,
  column: string,
  words: readonly string[],
): Knex.QueryBuilder {
  for (const word of words) {
    query.whereRaw("?? like ? escape '!'", [column, `%${word.replaceAll(/[!%_]/g, '!$&')}%`]);
  }
  return query;
}

/** Which of the rows in a list: so many, after so many others. */
export interface Slice {
  limit: number;
  offset: number;
}

/** How many rows a query finds. */
export async function countRows(query: Knex.QueryBuilder): Promise<number> {
  const [{ count }] = await query.count({ count: '*' });
  return count;
}
