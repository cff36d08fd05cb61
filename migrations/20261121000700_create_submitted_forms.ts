import type { Knex } from 'knex';
import { createTable, dropTables, memberColumn } from './support/tables.ts';

/** Forms that were carried out, so that one that comes again is answered and not carried out again. */
export async function up(knex: Knex): Promise<void> {
  await createTable(knex, 'submitted_forms', (table) => {
    table.string('key_hash', 64).primary();
    // Null for a guest's.
    memberColumn(table).index();
    // What the rule answered, as JSON; set in the transaction of the work.
    table.text('outcome');
    // What a page shows once, encrypted, until it was shown.
    table.text('encrypted');
    table.bigInteger('created_at').notNullable().index();
  });
}

export async function down(knex: Knex): Promise<void> {
  await dropTables(knex, 'submitted_forms');
}
