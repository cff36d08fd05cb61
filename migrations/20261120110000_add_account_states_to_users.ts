import type { Knex } from 'knex';

/** When each state of an account began, in UTC milliseconds; null while it has not. */
const STATES = [
  'email_verified_at',
  'approved_at',
  'password_changed_at',
  // Since when a login asks for a second factor.
  'two_factor_since',
  // Set by "This wasn't me": nothing of the account works until the password is reset.
  'frozen_at',
  // When a closed account will be erased; its member can come back until then.
  'closing_at',
  'erased_at',
];

export async function up(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => {
    for (const state of STATES) table.bigInteger(state);
  });
  // Whoever is a member already need not wait for an approval.
  await knex('users').update({ approved_at: knex.ref('created_at') });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.alterTable('users', (table) => table.dropColumns(...STATES));
}
