import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { stockShelf } from '../testing/shelf.ts';
import { readFilters, searchProducts } from './product-search.ts';

const COUNT = 53;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await stockShelf(database.db, {
    Pens: Array.from({ length: COUNT }, (_, index) => ({
      name: `Pen ${String(index).padStart(2, '0')}`,
      priceMinor: 1_000 - (index % 7),
    })),
    Empty: [],
  });
});
afterAll(() => database.drop());

const ask = (query: Record<string, string>) => searchProducts(database.db, readFilters(query));

test('a page has 24 products, the last one the rest, and each says how many there are', async () => {
  const pages = await Promise.all(['1', '2', '3'].map((page) => ask({ page })));
  expect(pages.map(({ products }) => products.length)).toEqual([24, 24, 5]);
  for (const page of pages) expect(page).toMatchObject({ total: COUNT, pageCount: 3 });
  expect(pages.map(({ filters }) => filters.page)).toEqual([1, 2, 3]);
});

test.each(['shelf', 'name', 'price', 'price-desc'])(
  'sorted by %s, the pages show every product once',
  async (sort) => {
    const pages = await Promise.all(['1', '2', '3'].map((page) => ask({ sort, page })));
    const ids = pages.flatMap(({ products }) => products.map(({ id }) => id));
    expect(new Set(ids).size).toBe(COUNT);
    expect(ids).toHaveLength(COUNT);
  },
);

test('a page beyond the last is the first, and says so', async () => {
  for (const page of ['4', '9999', '10000']) {
    const answer = await ask({ page });
    expect(answer.filters.page).toBe(1);
    expect(answer).toMatchObject({ total: COUNT, pageCount: 3 });
    expect(answer.products[0]?.name).toBe('Pen 00');
  }
});

test('a page beyond the last of a search is the first of that search', async () => {
  const answer = await ask({ q: 'pen 1', page: '2', sort: 'name' });
  expect(answer.filters).toMatchObject({ q: 'pen 1', page: 1, sort: 'name' });
  expect(answer.products[0]?.name).toBe('Pen 01');
});

test('a second page of nothing is an empty first one', async () => {
  for (const [name, value] of [
    ['q', 'rocket'],
    ['category', 'empty'],
  ] as const) {
    const answer = await ask({ [name]: value, page: '2' });
    expect(answer).toMatchObject({ total: 0, pageCount: 0, products: [] });
    expect(answer.filters.page).toBe(1);
  }
});

test('the first page of everything follows what changes on the shelf', async () => {
  const before = await ask({});
  expect(before.products[0]).toMatchObject({ name: 'Pen 00', onHand: 10, category: 'Pens', currency: 'INR' });
  await database.db('products').where('name', 'Pen 00').update({ on_hand: 3 });
  expect((await ask({})).products[0]?.onHand).toBe(3);
});
