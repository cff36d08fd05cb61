import type { Knex } from 'knex';
import { connect } from '../connection.ts';
import { migrateTo } from '../migrations.ts';

/** A table of a store, as far as its rows can be moved. */
export interface Table {
  name: string;
  columns: Column[];
  key: string[];
  /** The column for which the database chooses the next number, where there is one. */
  numbered: string | undefined;
}

export interface Column {
  name: string;
  kind: 'text' | 'number' | 'bytes';
}

/**
 * Says which tables a store has after these migrations, parents before the tables that refer to them. The migrations
 * are the same on each database, so the answer comes from running them on an empty SQLite in memory: it has the
 * columns that are stored everywhere, and none of those that servers compute of others.
 *
 * @param migrations their names, as Knex writes them down
 * @throws when tables refer to each other or to themselves: then no order of filling them keeps every reference whole
 */
export async function shapeAfter(migrations: readonly string[]): Promise<Table[]> {
  const db = connect({ dialect: 'sqlite', file: ':memory:' }, () => undefined);
  try {
    await migrateTo(db, migrations);
    const names: string[] = await db('sqlite_master')
      .where({ type: 'table' })
      .whereNot('name', 'like', 'sqlite%')
      .whereNot('name', 'like', 'knex%')
      .orderBy('name')
      .pluck('name');
    const parents = new Map<string, string[]>();
    const tables: Table[] = [];
    for (const name of names) {
      const references: { table: string }[] = await db.raw('pragma foreign_key_list(??)', [name]);
      parents.set(
        name,
        references.map(({ table }) => table),
      );
      tables.push(await describe(db, name));
    }
    return parentsFirst(tables, parents);
  } finally {
    await db.destroy();
  }
}

async function describe(db: Knex, name: string): Promise<Table> {
  const columns: { name: string; type: string; pk: number }[] = await db.raw('pragma table_info(??)', [name]);
  const { sql } = await db('sqlite_master').where({ type: 'table', name }).first('sql');
  const key = columns.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
  return {
    name,
    // By name: two databases, one of which had a column removed and made anew, may differ in their order.
    columns: columns
      .map((column) => ({ name: column.name, kind: kindOf(column.type) }))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
    key: key.map((column) => column.name),
    numbered: /\bautoincrement\b/i.test(sql) ? key[0]?.name : undefined,
  };
}

function kindOf(type: string): Column['kind'] {
  if (/^(varchar|text)/i.test(type)) return 'text';
  if (/^(integer|bigint|boolean)/i.test(type)) return 'number';
  if (/^blob$/i.test(type)) return 'bytes';
  throw new Error(`Columns of the type ${type} cannot be moved between databases.`);
}

function parentsFirst(tables: Table[], parents: Map<string, string[]>): Table[] {
  const sorted: Table[] = [];
  const left = new Map(tables.map((table) => [table.name, table]));
  while (left.size > 0) {
    const free = [...left.values()].filter(({ name }) =>
      (parents.get(name) ?? []).every((parent) => !left.has(parent)),
    );
    if (free.length === 0)
      throw new Error(`These tables refer to each other: ${[...left.keys()].join(', ')}.`);
    for (const table of free) {
      sorted.push(table);
      left.delete(table.name);
    }
  }
  return sorted;
}
