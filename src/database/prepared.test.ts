import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase, unheard } from '../testing/database.ts';
import { connect } from './connection.ts';
import { prepare } from './prepared.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await database.db('categories').insert([
    { slug: 'tea', name: 'Tea', position: 1 },
    { slug: 'jam', name: 'Jam', position: 2 },
    { slug: 'oil', name: 'Oil', position: 3 },
  ]);
});
afterAll(() => database.drop());

const categories = () => database.db('categories');

test('a prepared query takes its values by name at each run', async () => {
  const between = prepare<{ from: number; to: number }, { slug: string }>((db, param) =>
    db('categories')
      .where('position', '>=', param('from'))
      .where('position', '<=', param('to'))
      .orderBy('id')
      .select('slug'),
  );
  const slugs = async (from: number, to: number) =>
    (await between(database.db, { to, from })).map(({ slug }) => slug);
  expect(await slugs(1, 2)).toEqual(['tea', 'jam']);
  expect(await slugs(3, 3)).toEqual(['oil']);
  expect(await slugs(4, 9)).toEqual([]);
});

test('values are never read as SQL', async () => {
  const bySlug = prepare<{ slug: string }, { name: string }>((db, param) =>
    db('categories').where('slug', param('slug')).select('name'),
  );
  for (const slug of ["' or '1'='1", '?', '$1', ':slug', '\\'])
    expect(await bySlug(database.db, { slug })).toEqual([]);
  expect(await bySlug(database.db, { slug: 'tea' })).toEqual([{ name: 'Tea' }]);
});

test('several prepared queries do not disturb each other, many at once', async () => {
  const names = prepare<{ slug: string }, { name: string }>((db, param) =>
    db('categories').where('slug', param('slug')).select('name'),
  );
  const positions = prepare<{ slug: string }, { position: number }>((db, param) =>
    db('categories').where('slug', param('slug')).select('position'),
  );
  const rounds = Array.from({ length: 40 }, (_, index) => ['tea', 'jam', 'oil'][index % 3] as string);
  const found = await Promise.all(
    rounds.map(async (slug) => [
      ...(await names(database.db, { slug })),
      ...(await positions(database.db, { slug })),
    ]),
  );
  const expected = { tea: ['Tea', 1], jam: ['Jam', 2], oil: ['Oil', 3] } as Record<string, unknown[]>;
  expect(found).toEqual(
    rounds.map((slug) => [{ name: expected[slug]?.[0] }, { position: expected[slug]?.[1] }]),
  );
});

test('a query that fails gives its connection back', async () => {
  const broken = prepare<Record<string, never>, object>((db) => db('nothings').select('nothing'));
  for (let time = 0; time < 15; time += 1) await expect(broken(database.db, {})).rejects.toThrow();
  expect(await categories().pluck('slug')).toHaveLength(3);
});

test('large numbers arrive as numbers', async () => {
  await database.db('catalogue_version').insert({ id: 2, version: 1_800_000_000_000 });
  const versions = prepare<{ id: number }, { version: number }>((db, param) =>
    db('catalogue_version').where('id', param('id')).select('version'),
  );
  expect(await versions(database.db, { id: 2 })).toEqual([{ version: 1_800_000_000_000 }]);
});

test('does not wait for a transaction of SQLite, and reads what is committed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-reader-'));
  const db = connect({ dialect: 'sqlite', file: join(folder, 'store.db') }, unheard);
  await db.schema.createTable('words', (table) => table.string('word'));
  const read = prepare<Record<string, never>, { word: string }>((db) => db('words').select('word'));
  await db.transaction(async (trx) => {
    await trx('words').insert({ word: 'gate' });
    expect(await read(db, {})).toEqual([]);
  });
  expect(await read(db, {})).toEqual([{ word: 'gate' }]);
  await db.destroy();
  await expect(read(db, {})).rejects.toThrow('not open');
  rmSync(folder, { recursive: true });
});
