import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from '../database/connection.ts';
import { byteOrder, insertReturningId } from '../database/dialect.ts';
import { foldCase } from '../database/fold-case.ts';
import type { OrderColumn } from '../database/keyset.ts';
import { noteLock } from '../database/lock-order.ts';
import { prepare } from '../database/prepared.ts';
import { columns, columnsOf, type Slice, whereHolds } from '../database/rows.ts';
import type { Transaction } from '../database/transaction.ts';

export interface ListedProduct {
  id: number;
  sku: string;
  slug: string;
  name: string;
  unit: string;
  /** In the currency's minor unit. */
  priceMinor: number;
  currency: string;
  onHand: number;
  category: string;
  pictureHash: string | null;
  pictureAlt: string;
}

export interface Product extends ListedProduct {
  description: string;
  categorySlug: string;
}

export interface Category {
  slug: string;
  name: string;
}

export const SORTS = ['shelf', 'name', 'price', 'price-desc'] as const;
export type Sort = (typeof SORTS)[number];

interface ProductQuery extends Slice {
  /** Each of these must be somewhere in name, number or description. */
  words: string[];
  /** A category's slug, or empty for all. */
  category: string;
  sort: Sort;
}

/** What `ListedProduct` reads. */
const LISTED = {
  ...columnsOf('products', 'id sku slug name unit priceMinor currency onHand pictureAlt'),
  category: 'categories.name',
  pictureHash: 'pictures.content_hash',
};

/** What `Product` reads. */
export const SHOWN = { ...LISTED, description: 'products.description', categorySlug: 'categories.slug' };

/** By what lists of products are in order; of equals the one that was added first comes first. */
export function orderOf(db: Database, sort: Sort | 'id'): OrderColumn[] {
  const id = { column: 'products.id' };
  switch (sort) {
    case 'id':
      return [id];
    case 'shelf':
      return [{ column: 'categories.position' }, id];
    case 'name':
      return [{ column: byteOrder(db, 'products.name_key') }, id];
    case 'price':
      return [{ column: 'products.price_minor' }, id];
    case 'price-desc':
      return [{ column: 'products.price_minor', order: 'desc' }, id];
  }
}

const readVersionRow = prepare<Record<string, never>, { version: number }>((db) =>
  db('catalogue_version').select('version'),
);

/** A number that grows with every change of what the store shows (`raiseVersion`). */
export async function readVersion(db: Database): Promise<number> {
  const [row] = await readVersionRow(db, {});
  if (!row) throw new Error('The table catalogue_version has lost its row.');
  return row.version;
}

export async function findProductBySlug(db: Database, slug: string): Promise<Product | undefined> {
  const product: Product | undefined = await joined(db).where('products.slug', slug).first(SHOWN);
  // MySQL takes `laptop` and `laptop ` for the same.
  return product?.slug === slug ? product : undefined;
}

export async function listCategories(db: Database): Promise<Category[]> {
  return db('categories').orderBy('position').select('slug', 'name');
}

export async function findPicture(
  db: Database,
  contentHash: string,
): Promise<{ mediaType: string; content: Buffer } | undefined> {
  return db('pictures').where('content_hash', contentHash).first(columns('mediaType content'));
}

/** Products with their categories and pictures. */
export function joined(db: Database): Knex.QueryBuilder {
  return db('products')
    .join('categories', 'categories.id', 'products.category_id')
    .leftJoin('pictures', 'pictures.id', 'products.picture_id');
}

/** Finds some of the products that match, and how many match in all (0 when the offset is beyond the last). */
export async function findProducts(
  db: Database,
  { words, category, sort, limit, offset }: ProductQuery,
): Promise<{ products: ListedProduct[]; total: number }> {
  const query = joined(db)
    .select(LISTED)
    .select(db.raw('count(*) over () as total'))
    .orderBy(orderOf(db, sort))
    .limit(limit)
    .offset(offset);
  if (category !== '') query.where('categories.slug', category);
  whereHolds(query, 'products.search_key', words);
  const products: (ListedProduct & { total: number })[] = await query;
  return { products, total: products[0]?.total ?? 0 };
}

export interface NewProduct {
  sku: string;
  slug: string;
  name: string;
  description: string;
  unit: string;
  /** In the currency's minor unit. */
  priceMinor: number;
  currency: string;
  onHand: number;
  categoryId: number;
  pictureId: number;
  pictureAlt: string;
  createdAt: number;
}

export async function storeIsEmpty(trx: Transaction): Promise<boolean> {
  return !(await trx('products').first('id')) && !(await trx('categories').first('id'));
}

/** Adds a category; to be followed by `raiseVersion`, as what comes next. */
export async function insertCategory(
  trx: Transaction,
  category: Category,
  position: number,
): Promise<number> {
  const { slug, name } = category;
  return insertReturningId(trx, 'categories', { slug, name, position });
}

export async function insertPicture(trx: Transaction, mediaType: string, content: Buffer): Promise<number> {
  const contentHash = createHash('sha256').update(content).digest('hex');
  return insertReturningId(trx, 'pictures', { contentHash, mediaType, content });
}

export async function insertProduct(trx: Transaction, product: NewProduct): Promise<number> {
  return insertReturningId(trx, 'products', {
    ...product,
    nameKey: foldCase(product.name),
    // All that a person may remember of a product.
    searchKey: foldCase(`${product.name} ${product.sku} ${product.description}`),
  });
}

/** Locks some products until the transaction ends, by id, and reads them. */
export async function lockProducts(trx: Transaction, ids: readonly number[]): Promise<Product[]> {
  const inOrder = [...new Set(ids)].sort((one, other) => one - other);
  for (const id of inOrder) noteLock(trx, 'product', id);
  await trx('products').whereIn('id', inOrder).orderBy('id').forUpdate().select('id');
  return readProducts(trx, inOrder);
}

export async function readProducts(trx: Transaction, ids: readonly number[]): Promise<Product[]> {
  return joined(trx).whereIn('products.id', ids).orderBy('products.id').select(SHOWN);
}

/**
 * Says that the store shows something else from now on: what was remembered of it is forgotten. It is one row, so it
 * is raised once, after the rows that changed. Changes of products come through `changeProducts`, which looks whether
 * anything that is shown has changed.
 */
export async function raiseVersion(trx: Transaction): Promise<void> {
  noteLock(trx, 'counter');
  await trx('catalogue_version').increment('version');
}
