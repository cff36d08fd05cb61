import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from '../database/transaction.ts';
import { availabilityOf } from './product-view.ts';
import { lockProducts, type Product, raiseVersion, readProducts } from './products.table.ts';

/**
 * Runs a change of some products, which are locked until the transaction ends. The catalogue's version is raised
 * afterwards where the store then shows something else: another price or name, but not each piece that was sold while
 * there is plenty. Whatever locks what comes after products (docs/decisions/0057-lock-order.md) runs inside `work`; what
 * counts runs after this, as the version is a counter.
 *
 * @returns what `work` returned
 */
export async function changeProducts<Outcome>(
  trx: Transaction,
  ids: readonly number[],
  work: (products: Product[]) => Promise<Outcome>,
): Promise<Outcome> {
  const products = await lockProducts(trx, ids);
  const before = products.map(shownOf);
  const outcome = await work(products);
  const after = (await readProducts(trx, ids)).map(shownOf);
  if (!isDeepStrictEqual(before, after)) await raiseVersion(trx);
  return outcome;
}

/** What pages and the API show of a product: how many are left only where that is few. */
function shownOf({ onHand, ...product }: Product) {
  return { ...product, availability: availabilityOf(onHand) };
}
