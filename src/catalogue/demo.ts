import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../database/connection.ts';
import { inTransaction, type Transaction, unlessTaken } from '../database/transaction.ts';
import { PROJECT_FOLDER } from '../shared/folders.ts';
import demo from './demo-products.json' with { type: 'json' };
import {
  insertCategory,
  insertPicture,
  insertProduct,
  raiseVersion,
  storeIsEmpty,
} from './products.table.ts';

/** The categories of the demo store with their products, both in shelf order; prices are in paise. */
export const demoCategories = demo;

export const demoProducts = demo.flatMap(({ products }) => products);

/** @returns a complete SVG document */
export function demoPicture(slug: string): Buffer {
  return readFileSync(join(PROJECT_FOLDER, 'public/images/demo', `${slug}.svg`));
}

/**
 * Fills a store that has no products and no categories, so that a newcomer sees a store and not a void.
 *
 * @param currency the ISO 4217 code that the demo prices get
 * @returns whether it was empty
 */
export async function fillEmptyStore(db: Database, now: number, currency: string): Promise<boolean> {
  const filled = await inTransaction(db, (trx) =>
    // Another process that starts at the same time may fill it.
    unlessTaken(trx, async (savepoint) => {
      if (!(await storeIsEmpty(savepoint))) return false;
      await insertDemo(savepoint, now, currency);
      return true;
    }),
  );
  return filled ?? false;
}

async function insertDemo(trx: Transaction, createdAt: number, currency: string): Promise<void> {
  for (const [position, category] of demoCategories.entries()) {
    const categoryId = await insertCategory(trx, category, position);
    for (const product of category.products) {
      const pictureId = await insertPicture(trx, 'image/svg+xml', demoPicture(product.slug));
      await insertProduct(trx, { ...product, categoryId, pictureId, currency, createdAt });
    }
  }
  await raiseVersion(trx);
}
