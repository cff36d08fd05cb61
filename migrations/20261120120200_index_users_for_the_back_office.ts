import type { Knex } from 'knex';
import { addComputed, compareByBytes, computed, dropComputed } from '../src/database/dialect-columns.ts';

/**
 * Everything that members are filtered by, but for the day they joined, as one small number: state, role, confirmed,
 * two-factor. So one index finds any choice of them in the order of joining, and the lists' own indexes tell of a
 * member whether it is one of those without reading the row. Null for whoever is erased.
 */
const FACET = {
  name: 'facet',
  type: 'smallint',
  expression: `
    case when erased_at is not null then null else
      case
        when closing_at is not null then 4
        when disabled_at is not null then 3
        when frozen_at is not null then 2
        when approved_at is null and role = 'user' then 1
        else 0
      end
      + case role when 'user' then 0 when 'moderator' then 5 else 10 end
      + case when email_verified_at is null then 0 else 15 end
      + case when two_factor_since is null then 0 else 30 end
    end`,
};

/** The members list: found by facet, and read along in the order of joining and of names. */
function lists(knex: Knex): Record<string, (string | Knex.Raw)[]> {
  const facet = computed(knex, FACET);
  return {
    users_by_facet: [facet, 'created_at', 'id'],
    users_by_joining: ['created_at', 'id', facet],
    users_by_name: ['username_key', 'id', facet, 'created_at'],
  };
}

/** What few rows have, looked for alone. */
const STATES = ['role', 'approved_at', 'disabled_at', 'frozen_at', 'closing_at'];

export async function up(knex: Knex): Promise<void> {
  await compareByBytes(knex, 'users', 'username_key', 30);
  await compareByBytes(knex, 'users', 'email_key', 254);
  await addComputed(knex, 'users', FACET);
  await knex.schema.alterTable('users', (table) => {
    for (const [name, columns] of Object.entries(lists(knex))) table.index(columns, name);
    for (const column of STATES) table.index([column]);
  });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    for (const column of STATES) table.dropIndex([column]);
    for (const name of Object.keys(lists(knex))) table.dropIndex([], name);
  });
  await dropComputed(knex, 'users', FACET);
}
