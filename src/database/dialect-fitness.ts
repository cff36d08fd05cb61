import type { Knex } from 'knex';
import { dialectOf } from './dialect.ts';

/** Whether a database that answers is one for a store. Nothing is made there. */

/** The encoding in which a database keeps text, where it is one that does not hold every text. */
export async function lossyEncoding(db: Knex): Promise<string | undefined> {
  switch (dialectOf(db)) {
    case 'sqlite':
      return undefined;
    case 'postgres': {
      const { rows } = await db.raw('show server_encoding');
      return unless('UTF8', rows[0].server_encoding);
    }
    case 'mysql': {
      // What tables get that do not say; ours do.
      const [rows] = await db.raw('select @@character_set_database as encoding');
      return unless('utf8mb4', rows[0].encoding);
    }
  }
}

function unless(right: string, encoding: string): string | undefined {
  return encoding === right ? undefined : encoding;
}

/** Whether the user of a connection may make tables. */
export async function mayCreateTables(db: Knex): Promise<boolean> {
  switch (dialectOf(db)) {
    case 'sqlite':
      return true;
    case 'postgres': {
      const { rows } = await db.raw("select has_schema_privilege(current_schema(), 'create') as may");
      return rows[0].may === true;
    }
    case 'mysql':
      // Preparing it asks for the right, as running it would, whether that comes from a grant, a pattern or a role.
      return db.raw("prepare gatehouse_probe from 'create table gatehouse_probe (id int)'").then(
        () => true,
        (error) => {
          if (isDenied(error)) return false;
          throw error;
        },
      );
  }
}

const DENIED = new Set([
  '42501', // PostgreSQL insufficient_privilege
  '3F000', // PostgreSQL invalid_schema_name: there is none in which this user may make anything
  'ER_TABLEACCESS_DENIED_ERROR',
  'ER_DBACCESS_DENIED_ERROR',
]);

/** Whether a query was refused because the user lacks a right. */
export function isDenied(error: unknown): boolean {
  return DENIED.has(String((error as { code?: unknown }).code));
}
