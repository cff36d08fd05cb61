import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';

export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('users', (table) => {
    forEachDialect(table, knex);
    table.increments('id');
    table.string('username', 30).notNullable();
    table.string('username_key', 30).notNullable().unique();
    table.string('email', 254).notNullable();
    table.string('email_key', 254).notNullable().unique();
    table.string('password_hash', 100).notNullable();
    table.string('role', 16).notNullable().defaultTo('user');
    table.bigInteger('created_at').notNullable();
    table.bigInteger('disabled_at');
    table.check("role in ('user', 'moderator', 'admin')", [], 'users_role_known');
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('users');
}
