import type { Knex } from 'knex';
import { compareByBytes } from '../src/database/dialect-columns.ts';

/** What members are looked through by. */
const COLUMNS = [
  'role',
  'created_at',
  'email_verified_at',
  'approved_at',
  'two_factor_since',
  'disabled_at',
  'frozen_at',
  'closing_at',
];

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    for (const column of COLUMNS) table.index([column]);
  });
  await compareByBytes(knex, 'users', 'username_key', 30);
  await compareByBytes(knex, 'users', 'email_key', 254);
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    for (const column of COLUMNS) table.dropIndex([column]);
  });
}
