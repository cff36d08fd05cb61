import type { Knex } from 'knex';
import { bytesType, forEachDialect } from '../src/database/dialect.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('pictures', (table) => {
    forEachDialect(table, knex);
    table.increments('id');
    table.string('content_hash', 64).notNullable().unique();
    table.string('media_type', 30).notNullable();
    table.specificType('content', bytesType(knex)).notNullable();
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('pictures');
}
