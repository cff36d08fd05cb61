import {
  insertCategory,
  insertPicture,
  insertProduct,
  type NewProduct,
  raiseVersion,
} from '../catalogue/products.table.ts';
import type { Database } from '../database/connection.ts';
import { inTransaction } from '../database/transaction.ts';

/** A product for a test: what the test is about; the rest is made up. */
export type ShelfProduct = Partial<Omit<NewProduct, 'categoryId' | 'pictureId'>> & { name: string };

/** Puts products on the shelf in categories of these names; a slug is the name in lower case. */
export async function stockShelf(db: Database, shelf: Record<string, ShelfProduct[]>): Promise<void> {
  await inTransaction(db, async (trx) => {
    for (const [position, [category, products]] of Object.entries(shelf).entries()) {
      const categoryId = await insertCategory(
        trx,
        { slug: category.toLowerCase(), name: category },
        position,
      );
      for (const [index, product] of products.entries()) {
        const sku = `${category}-${index}`;
        const pictureId = await insertPicture(trx, 'image/svg+xml', Buffer.from(`<svg>${sku}</svg>`));
        await insertProduct(trx, {
          sku,
          slug: sku.toLowerCase(),
          description: '',
          unit: 'each',
          priceMinor: 100,
          currency: 'INR',
          onHand: 10,
          pictureAlt: '',
          createdAt: 1_800_000_000_000,
          ...product,
          categoryId,
          pictureId,
        });
      }
    }
    await raiseVersion(trx);
  });
}
