import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../testing/database.ts';
import { facetsOf } from './member-facets.ts';
import { countEach, findAlongOrder, type Stretch } from './members.table.ts';

// Runs with SQLite alone, whose plans do not depend on how many rows there are.

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

const NEWEST: Stretch = { column: 'created_at', descending: true, limit: 100 };

test('on SQLite the indexes of members tell by themselves who fits, without a row being read', async () => {
  const { db } = database;
  const statements: { sql: string; bindings: unknown[] }[] = [];
  db.on('query', ({ sql, bindings }) => statements.push({ sql, bindings }));
  const query = { words: [], facets: facetsOf({ role: 'admin' }), joinedSince: 1 };
  await countEach(db, query, { facets: 10, words: 10 });
  await findAlongOrder(db, query, NEWEST);
  await findAlongOrder(db, query, { ...NEWEST, column: 'username_key' });
  const plans = await Promise.all(
    statements.map(({ sql, bindings }) => db.raw(`explain query plan ${sql}`, bindings as string[])),
  );
  const indexes = ['users_by_facet', 'users_by_joining', 'users_by_name'];
  for (const [place, index] of indexes.entries()) {
    expect(JSON.stringify(plans[place])).toContain(`USING COVERING INDEX ${index}`);
  }
});
