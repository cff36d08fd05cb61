import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { stockShelf } from '../testing/shelf.ts';
import { readFilters, searchProducts } from './product-search.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await stockShelf(database.db, {
    Tea: [
      { name: 'Assam leaf tea', priceMinor: 300, sku: 'TEA-77', description: 'Strong and malty.' },
      { name: 'Green tea', priceMinor: 200, description: 'From the Nilgiri hills.' },
      { name: 'Tea for 100 % calm', priceMinor: 500 },
      { name: 'Chai_masala', priceMinor: 400 },
    ],
    Kitchen: [
      { name: 'Café press', priceMinor: 900, description: 'For tea as well as coffee!' },
      { name: "Cook's knife", priceMinor: 1_200, description: 'Says "careful" on the handle.' },
      { name: 'ÉTAGÈRE', priceMinor: 200 },
      { name: 'Back\\slash opener', priceMinor: 100 },
    ],
  });
});
afterAll(() => database.drop());

async function browsing(query: Record<string, unknown>) {
  return searchProducts(database.db, readFilters(query));
}
async function names(query: Record<string, unknown>): Promise<string[]> {
  return (await browsing(query)).products.map(({ name }) => name);
}

describe('nonsense in the address', () => {
  const defaults = { q: '', category: '', sort: 'shelf', view: 'cards', page: 1 };

  test.each([
    ['nothing', {}],
    ['unknown names', { colour: 'green', __proto__: 'x', constructor: 'x' }],
    ['empty texts', { q: '', category: '', sort: '', view: '', page: '' }],
    ['spaces', { q: '   ', page: ' ' }],
    [
      'doubled fields',
      { q: ['a', 'b'], category: ['tea'], sort: ['name', 'price'], view: [], page: ['2', '3'] },
    ],
    ['objects', { q: {}, category: { slug: 'tea' }, sort: {}, view: {}, page: {} }],
    ['another case', { sort: 'NAME', view: 'List' }],
    ['words from JavaScript', { sort: 'constructor', view: '__proto__', page: 'NaN' }],
    ['SQL', { sort: 'name; drop table products', page: '1 or 1=1' }],
  ])('gives every field its default: %s', (_kind, query) => {
    expect(readFilters(query)).toEqual(defaults);
  });

  test.each(['0', '-1', '1.5', '1e9', '10001', '999999999999999999999', 'two', 'Infinity', '1,000'])(
    'as the page gives the first one: %s',
    (page) => {
      expect(readFilters({ page }).page).toBe(1);
    },
  );

  test('in one field leaves the others as they are', () => {
    const asked = { q: ' tea ', category: 'tea', sort: 'price', view: 'list', page: '2' };
    const read = { q: 'tea', category: 'tea', sort: 'price', view: 'list', page: 2 };
    expect(readFilters(asked)).toEqual(read);
    expect(readFilters({ ...asked, sort: 'x' })).toEqual({ ...read, sort: 'shelf' });
  });

  test('as a search of endless length is cut', async () => {
    expect(readFilters({ q: 'x'.repeat(5_000) }).q).toHaveLength(100);
    expect(await names({ q: 'x '.repeat(5_000) })).toEqual([]);
    // Cut in the middle of a character of two code units.
    expect(await names({ q: `${'x'.repeat(99)}🦊` })).toEqual([]);
  });

  test('as a category that does not exist shows all of them, and says so', async () => {
    const { filters, total } = await browsing({ category: 'rockets' });
    expect(filters.category).toBe('');
    expect(total).toBe(8);
  });
});

describe('searching', () => {
  test.each([
    ['a word', 'green', ['Green tea']],
    ['any case', 'GREEN', ['Green tea']],
    ['part of a word', 'gree', ['Green tea']],
    ['words in any order', 'leaf assam', ['Assam leaf tea']],
    ['words from name and description', 'tea nilgiri', ['Green tea']],
    ['many spaces between', ' tea \t  green ', ['Green tea']],
    ['the product number', 'tea-77', ['Assam leaf tea']],
    ['accents in another case', 'étagère', ['ÉTAGÈRE']],
    ['accents written as two characters', 'cafe\u0301', ['Café press']],
    ['a word that nothing has', 'rocket', []],
    ['one word of two that nothing has', 'tea rocket', []],
  ])('finds by %s', async (_kind, q, found) => {
    expect(await names({ q })).toEqual(found);
  });

  test.each([
    ['%', ['Tea for 100 % calm']],
    ['_', ['Chai_masala']],
    ['!', ['Café press']],
    ["'", ["Cook's knife"]],
    ['"', ["Cook's knife"]],
    ['\\', ['Back\\slash opener']],
    ['i_m', ['Chai_masala']],
    ['%%', []],
    ['i%m', []],
    ['!_', []],
    ["' or '1'='1", []],
    ['\\%', []],
    ['?', []],
    [':name', []],
  ])('takes every sign as it stands: %s', async (q, found) => {
    expect(await names({ q })).toEqual(found);
  });

  test('counts what it found', async () => {
    expect(await browsing({ q: 'tea' })).toMatchObject({ total: 5, pageCount: 1 });
    expect(await browsing({ q: 'rocket' })).toMatchObject({ total: 0, pageCount: 0, products: [] });
  });
});

describe('a category', () => {
  test('shows its own products, and only those that match', async () => {
    expect(await names({ category: 'tea' })).toHaveLength(4);
    expect(await names({ category: 'kitchen', q: 'tea' })).toEqual(['Café press']);
  });

  test('is one of all that there are, in shelf order', async () => {
    const { categories, filters } = await browsing({ category: 'kitchen' });
    expect(categories).toEqual([
      { slug: 'tea', name: 'Tea' },
      { slug: 'kitchen', name: 'Kitchen' },
    ]);
    expect(filters.category).toBe('kitchen');
  });
});

describe('sorting', () => {
  test('as on the shelf goes by category, then by age', async () => {
    const shelf = ['Assam leaf tea', 'Green tea', 'Tea for 100 % calm', 'Chai_masala', 'Café press'];
    expect((await names({})).slice(0, 5)).toEqual(shelf);
    expect((await names({ q: 'e' })).slice(0, 3)).toEqual(shelf.slice(0, 3));
  });

  test('by name pays no regard to case', async () => {
    expect(await names({ sort: 'name' })).toEqual([
      'Assam leaf tea',
      'Back\\slash opener',
      'Café press',
      'Chai_masala',
      "Cook's knife",
      'Green tea',
      'Tea for 100 % calm',
      'ÉTAGÈRE',
    ]);
  });

  test('by price goes up or down, equal prices as on the shelf', async () => {
    const up = await browsing({ sort: 'price' });
    expect(up.products.map(({ priceMinor }) => priceMinor)).toEqual([
      100, 200, 200, 300, 400, 500, 900, 1_200,
    ]);
    expect(up.products.slice(1, 3).map(({ name }) => name)).toEqual(['Green tea', 'ÉTAGÈRE']);
    const down = await browsing({ sort: 'price-desc' });
    expect(down.products.map(({ priceMinor }) => priceMinor)).toEqual([
      1_200, 900, 500, 400, 300, 200, 200, 100,
    ]);
    expect(down.products.slice(5, 7).map(({ name }) => name)).toEqual(['Green tea', 'ÉTAGÈRE']);
  });
});
