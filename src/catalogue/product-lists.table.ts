import type { Database } from '../database/connection.ts';
import { readFrom } from '../database/keyset.ts';
import { whereHolds } from '../database/rows.ts';
import { joined, orderOf, type Product, SHOWN } from './products.table.ts';

/** A product with what the lists of the API are in order by. */
export interface OrderedProduct extends Product {
  nameKey: string;
}

/** Where a list goes on: behind the product with this value in the order's column and this id. */
export type ListPlace =
  | { sort: 'id'; id: number }
  | { sort: 'name'; value: string; id: number }
  | { sort: 'price' | '-price'; value: number; id: number };

interface ListQuery {
  /** Each of these must be somewhere in name, number or description. */
  words: readonly string[];
  /** A category's slug, or empty for all. */
  category: string;
  sort: ListPlace['sort'];
  /** Undefined for the beginning. */
  after: ListPlace | undefined;
  limit: number;
}

/** Finds the next products of a list, however far down: it starts where it is told to, and counts nothing. */
export async function listProducts(
  db: Database,
  { words, category, sort, after, limit }: ListQuery,
): Promise<OrderedProduct[]> {
  const query = joined(db).select({ ...SHOWN, nameKey: 'products.name_key' });
  if (category !== '') query.where('categories.slug', category);
  whereHolds(query, 'products.search_key', words);
  const place = after && { values: after.sort === 'id' ? [after.id] : [after.value, after.id] };
  const order = orderOf(db, sort === '-price' ? 'price-desc' : sort);
  const products = await readFrom<OrderedProduct>(query, order, { place, limit });
  // MySQL takes `tea` and `tea ` for the same.
  return products.filter(({ categorySlug }) => category === '' || categorySlug === category);
}
