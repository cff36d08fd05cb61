import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inTransaction } from '../database/transaction.ts';
import { openTestDatabase, type TestDatabase } from '../testing/database.ts';
import { demoCategories, demoPicture, demoProducts, fillEmptyStore } from './demo.ts';
import { insertCategory } from './products.table.ts';

const NOW = 1_800_000_000_000;

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  for (const table of ['products', 'pictures', 'categories']) await database.db(table).delete();
});

const fill = () => fillEmptyStore(database.db, NOW, 'INR');
const count = async (table: string) => (await database.db(table).select('id')).length;

describe('an empty store', () => {
  test('is filled once', async () => {
    expect(await fill()).toBe(true);
    expect(await count('products')).toBe(24);
    expect(await count('categories')).toBe(demoCategories.length);
    expect(await fill()).toBe(false);
    expect(await count('products')).toBe(24);
  });

  test('is filled once when several processes start at the same instant', async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, fill));
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect(await count('products')).toBe(24);
    expect(await count('pictures')).toBe(24);
    expect(await count('categories')).toBe(demoCategories.length);
  });

  test('gets its prices in the store’s currency and the time of filling', async () => {
    await fillEmptyStore(database.db, NOW, 'EUR');
    const rows = await database.db('products').distinct('currency', 'created_at');
    expect(rows).toEqual([{ currency: 'EUR', created_at: NOW }]);
  });
});

describe('a store that is in use is left alone', () => {
  test('when it has a category but no product yet', async () => {
    await inTransaction(database.db, (trx) => insertCategory(trx, { slug: 'tea', name: 'Tea' }, 0));
    expect(await fill()).toBe(false);
    expect(await count('products')).toBe(0);
    expect(await count('categories')).toBe(1);
  });

  test('when all but one of its products were taken off the shelf', async () => {
    await fill();
    await database.db('products').whereNot('slug', 'laptop').delete();
    expect(await fill()).toBe(false);
    expect(await count('products')).toBe(1);
  });
});

describe('the demo products', () => {
  test('are 24, each with a number, an address, a picture and a text for it of its own', () => {
    expect(demoProducts).toHaveLength(24);
    for (const field of ['sku', 'slug', 'name', 'pictureAlt'] as const) {
      expect(new Set(demoProducts.map((product) => product[field])).size).toBe(24);
    }
    expect(new Set(demoProducts.map(({ slug }) => `${demoPicture(slug)}`)).size).toBe(24);
  });

  test('leave no category empty', () => {
    expect(demoCategories.filter(({ products }) => products.length === 0)).toEqual([]);
  });

  test('have whole prices in paise, some stock to show each state, and drawings that run nothing', () => {
    for (const product of demoProducts) {
      expect(Number.isInteger(product.priceMinor) && product.priceMinor > 0).toBe(true);
      const picture = demoPicture(product.slug).toString();
      expect(picture).toMatch(/^<svg .*<\/svg>\s*$/s);
      expect(picture).not.toMatch(/<script|\bon\w+=|href="http/i);
    }
    expect(demoProducts.some(({ onHand }) => onHand === 0)).toBe(true);
    expect(demoProducts.some(({ onHand }) => onHand > 0 && onHand < 6)).toBe(true);
  });
});
