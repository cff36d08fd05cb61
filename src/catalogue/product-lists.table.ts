import type { Database } from '../database/connection.ts';
import { byteOrder } from '../database/dialect.ts';
import { joined, LISTED, matchWords, type Product } from './products.table.ts';

/** A product with what lists of programs are in order by. */
export interface OrderedProduct extends Product {
  nameKey: string;
}

/** What a list can be in order by; of equals the one with the lower id comes first. */
export type ListOrder = 'id' | 'name' | 'price' | '-price';

/** Where a list goes on: behind the product with this value in the order's column and this id. */
export type ListPlace =
  | { sort: 'id'; id: number }
  | { sort: 'name'; value: string; id: number }
  | { sort: 'price' | '-price'; value: number; id: number };

export interface ListQuery {
  /** Each of these must be somewhere in name, number or description. */
  words: readonly string[];
  /** A category's slug, or empty for all. */
  category: string;
  sort: ListOrder;
  /** Undefined for the beginning. */
  after: ListPlace | undefined;
  limit: number;
}

/** Finds the next products of a list, however far down: it starts where it is told to, and counts nothing. */
export async function listProducts(
  db: Database,
  { words, category, sort, after, limit }: ListQuery,
): Promise<OrderedProduct[]> {
  const query = joined(db)
    .select({
      ...LISTED,
      description: 'products.description',
      categorySlug: 'categories.slug',
      nameKey: 'products.name_key',
    })
    .limit(limit);
  if (category !== '') query.where('categories.slug', category);
  matchWords(query, words);

  if (sort === 'id') {
    query.orderBy('products.id');
    if (after) query.where('products.id', '>', after.id);
  } else {
    const column = sort === 'name' ? byteOrder(db, 'products.name_key') : db.raw('products.price_minor');
    const [order, further] = sort === '-price' ? ['desc', '<'] : ['asc', '>'];
    query.orderBy([{ column, order }, { column: 'products.id' }]);
    if (after && after.sort !== 'id') {
      const { value, id } = after;
      query.where((place) =>
        place
          .whereRaw(`? ${further} ?`, [column, value])
          .orWhere((equal) => equal.whereRaw('? = ?', [column, value]).where('products.id', '>', id)),
      );
    }
  }
  const products: OrderedProduct[] = await query;
  // MySQL takes `tea` and `tea ` for the same.
  return products.filter(({ categorySlug }) => category === '' || categorySlug === category);
}
