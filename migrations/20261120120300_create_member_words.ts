import type { Knex } from 'knex';
import { forEachDialect } from '../src/database/dialect.ts';
import { compareByBytes } from '../src/database/dialect-columns.ts';

/**
 * By which words a member is found: those of the username and of the e-mail address, and both as a whole. A word with
 * which another of the member begins is left out: who looks for its beginning finds the other.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.schema.createTable('member_words', (table) => {
    forEachDialect(table, knex);
    table.integer('user_id').unsigned().notNullable().references('id').inTable('users').onDelete('CASCADE');
    table.string('word', 254).notNullable();
    // What lists are in order by, so that the index tells all of whom it finds.
    table.bigInteger('created_at').notNullable();
    table.string('username_key', 30).notNullable();
    table.primary(['user_id', 'word']);
    table.index(['word', 'user_id', 'created_at', 'username_key'], 'member_words_by_word');
  });
  await compareByBytes(knex, 'member_words', 'word', 254);
  await compareByBytes(knex, 'member_words', 'username_key', 30);
  await addWords(knex);
}

const BATCH = 500;

/** The words as they are made today; what makes them later may change without changing what this has done. */
async function addWords(knex: Knex): Promise<void> {
  for (let last = 0; ; ) {
    const users = await knex('users')
      .where('id', '>', last)
      .whereNull('erased_at')
      .orderBy('id')
      .limit(BATCH)
      .select('id', 'username_key', 'email_key', 'created_at');
    if (users.length === 0) return;
    const rows = users.flatMap(({ id, username_key, email_key, created_at }) => {
      const words = new Set([
        username_key,
        email_key,
        ...`${username_key} ${email_key}`.split(/[^\p{L}\p{N}]+/u),
      ]);
      const isBeginning = (word: string) =>
        [...words].some((other) => other !== word && other.startsWith(word));
      return [...words]
        .filter((word) => !isBeginning(word))
        .map((word) => ({ user_id: id, word, created_at, username_key }));
    });
    for (let from = 0; from < rows.length; from += BATCH) {
      await knex('member_words').insert(rows.slice(from, from + BATCH));
    }
    last = users.at(-1).id;
  }
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable('member_words');
}
