import type { Database } from '../database/connection.ts';
import { knownMigrations } from '../database/migrations.ts';
import { type Column, shapeAfter, type Table } from '../database/transfer/shape.ts';

/** Columns that refer to other tables, and which. */
const PARENTS: Record<string, string> = {
  user_id: 'users',
  assignee_id: 'users',
  category_id: 'categories',
  picture_id: 'pictures',
  family_id: 'token_families',
};

/** What tables check themselves. */
const CHECKED: Record<string, string | number> = {
  role: 'moderator',
  kind: 'email',
  price_minor: 0,
  on_hand: 0,
  currency: 'INR',
};

/** What texts the app would hardly write, and three databases could each spoil in a way of their own. */
const TEXTS = [`\\ ' " \` % _ \t two at the end  `, '🦊'.repeat(250), ''];
const LARGEST = { bigint: Number.MAX_SAFE_INTEGER, integer: 2 ** 31 - 1 };

type Info = { type: string; nullable: boolean; maxLength: number | string | null };

/**
 * Puts odd rows into every table of a store but the audit log, whose chain they would break, and those of one row:
 * odd characters, the longest texts, the highest and lowest numbers, null wherever it may stand.
 */
export async function addOddRows(db: Database): Promise<void> {
  for (const table of await shapeAfter(await knownMigrations())) {
    const isOnlyRow = !table.numbered && table.key.join() === 'id' && kindOf(table, 'id') === 'number';
    if (table.name === 'audit_log' || (isOnlyRow && (await db(table.name).first()))) continue;
    const infos = (await db(table.name).columnInfo()) as unknown as Record<string, Info>;
    for (const [number, text] of (isOnlyRow ? TEXTS.slice(0, 1) : TEXTS).entries()) {
      await db(table.name).insert(await oddRow(db, table, infos, number, text));
    }
  }
}

const kindOf = ({ columns }: Table, name: string) => columns.find((column) => column.name === name)?.kind;

async function oddRow(db: Database, table: Table, infos: Record<string, Info>, number: number, text: string) {
  const row: Record<string, unknown> = {};
  for (const { name, kind } of table.columns) {
    const info = infos[name] as Info;
    const parent = PARENTS[name];
    if (name === table.numbered) continue;
    if (parent) row[name] = await newestIn(db, parent, number);
    else if (name in CHECKED) row[name] = CHECKED[name];
    // SQLite says so of keys as well.
    else if (info.nullable && text === '' && !table.key.includes(name)) row[name] = null;
    else row[name] = oddValue(kind, info, number, text);
  }
  return row;
}

/** Another one for each row: some tables have one for each member. */
async function newestIn(db: Database, table: string, number: number): Promise<unknown> {
  const [row] = await db(table).orderBy('id', 'desc').offset(number).limit(1).select('id');
  return row.id;
}

function oddValue(kind: Column['kind'], { type, maxLength }: Info, number: number, text: string): unknown {
  if (kind === 'bytes') return Buffer.from([0, 255, number, 39, 92, 10]);
  if (/^(bool|tinyint)/.test(type)) return number % 2 === 0;
  if (kind === 'number') {
    const largest = type === 'bigint' ? LARGEST.bigint : LARGEST.integer;
    return number === 0 ? largest : number === 1 ? 0 : 1;
  }
  // Much must be unique; and cut to the column's length, in characters.
  return [...`${number}${text}`].slice(0, Number(maxLength ?? 1_000)).join('');
}
