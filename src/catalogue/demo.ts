import type { Database } from '../database/connection.ts';
import { isUniqueViolation } from '../database/dialect-errors.ts';
import { inTransaction, type Transaction } from '../database/transaction.ts';
import { demoCategories, demoProducts } from './demo/demo-products.ts';
import { insertCategory, insertPicture, insertProduct, storeIsEmpty } from './products.table.ts';

/**
 * Fills a store that has no products and no categories, so that a newcomer sees a store and not a void.
 *
 * @param currency the ISO 4217 code that the demo prices get
 * @returns whether it was empty
 */
export async function fillEmptyStore(db: Database, now: number, currency: string): Promise<boolean> {
  try {
    return await inTransaction(db, async (trx) => {
      if (!(await storeIsEmpty(trx))) return false;
      await insertDemo(trx, now, currency);
      return true;
    });
  } catch (error) {
    // Another process that started at the same time filled it.
    if (isUniqueViolation(error)) return false;
    throw error;
  }
}

async function insertDemo(trx: Transaction, createdAt: number, currency: string): Promise<void> {
  const categoryIds = new Map<string, number>();
  for (const [position, category] of demoCategories.entries()) {
    categoryIds.set(category.slug, await insertCategory(trx, category, position));
  }
  for (const { category, picture, ...product } of demoProducts) {
    const categoryId = categoryIds.get(category);
    if (categoryId === undefined) throw new Error(`The demo has no category ${category}.`);
    const pictureId = await insertPicture(trx, 'image/svg+xml', Buffer.from(picture));
    await insertProduct(trx, { ...product, categoryId, pictureId, currency, createdAt });
  }
}
