import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import type { Database } from '../database/connection.ts';
import { byteOrder, insertReturningId } from '../database/dialect.ts';
import { foldCase } from '../database/fold-case.ts';
import { noteLock } from '../database/lock-order.ts';
import { prepare } from '../database/prepared.ts';
import type { Transaction } from '../database/transaction.ts';

/** A product as a list shows it. */
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

export interface ProductQuery {
  /** Each of these must be somewhere in name, number or description. */
  words: string[];
  /** A category's slug, or empty for all. */
  category: string;
  sort: Sort;
  limit: number;
  offset: number;
}

/** Some of the products that match, and how many match in all (0 when the offset is beyond the last). */
export interface ProductPage {
  products: ListedProduct[];
  total: number;
}

type Row = ListedProduct & { total: number };

/** What `ListedProduct` reads. */
export const LISTED = {
  id: 'products.id',
  sku: 'products.sku',
  slug: 'products.slug',
  name: 'products.name',
  unit: 'products.unit',
  priceMinor: 'products.price_minor',
  currency: 'products.currency',
  onHand: 'products.on_hand',
  category: 'categories.name',
  pictureHash: 'pictures.content_hash',
  pictureAlt: 'products.picture_alt',
};

/** What `Product` reads. */
const SHOWN = { ...LISTED, description: 'products.description', categorySlug: 'categories.slug' };

const ORDERS: Record<Sort, { column: string; order?: 'asc' | 'desc'; byBytes?: boolean }[]> = {
  shelf: [{ column: 'categories.position' }, { column: 'products.id' }],
  name: [{ column: 'products.name_key', byBytes: true }, { column: 'products.id' }],
  price: [{ column: 'products.price_minor' }, { column: 'products.id' }],
  'price-desc': [{ column: 'products.price_minor', order: 'desc' }, { column: 'products.id' }],
};

export interface ProductsTable {
  /** A number that grows with every change of what the store shows (`raiseVersion`). */
  version: () => Promise<number>;
  find: (query: ProductQuery) => Promise<ProductPage>;
  findBySlug: (slug: string) => Promise<Product | undefined>;
  categories: () => Promise<Category[]>;
  picture: (contentHash: string) => Promise<{ mediaType: string; content: Buffer } | undefined>;
}

export function productsTable(db: Database): ProductsTable {
  const readVersion = prepare<Record<string, never>, { version: number }>(db, () =>
    db('catalogue_version').select('version'),
  );

  return {
    async version() {
      const [row] = await readVersion({});
      if (!row) throw new Error('The table catalogue_version has lost its row.');
      return row.version;
    },
    async find(query) {
      return pageOf(await select(db, query));
    },
    async findBySlug(slug) {
      const product: Product | undefined = await joined(db).where('products.slug', slug).first(SHOWN);
      // MySQL takes `laptop` and `laptop ` for the same.
      return product?.slug === slug ? product : undefined;
    },
    categories: () => db('categories').orderBy('position').select('slug', 'name'),
    async picture(contentHash) {
      return db('pictures')
        .where('content_hash', contentHash)
        .first({ mediaType: 'media_type', content: 'content' });
    },
  };
}

/** Products with their categories and pictures. */
export function joined(db: Database | Transaction): Knex.QueryBuilder {
  return db('products')
    .join('categories', 'categories.id', 'products.category_id')
    .leftJoin('pictures', 'pictures.id', 'products.picture_id');
}

function select(db: Database, { words, category, sort, limit, offset }: ProductQuery): Knex.QueryBuilder {
  const query = joined(db)
    .select(LISTED)
    .select(db.raw('count(*) over () as total'))
    .orderBy(
      ORDERS[sort].map(({ column, order, byBytes }) => ({
        column: byBytes ? byteOrder(db, column) : column,
        order,
      })),
    )
    .limit(limit)
    .offset(offset);
  if (category !== '') query.where('categories.slug', category);
  matchWords(query, words);
  return query;
}

/** Keeps the products that have each of these words somewhere in name, number or description. */
export function matchWords(query: Knex.QueryBuilder, words: readonly string[]): void {
  for (const word of words) {
    query.whereRaw("products.search_key like ? escape '!'", [`%${word.replaceAll(/[!%_]/g, '!$&')}%`]);
  }
}

function pageOf(rows: Row[]): ProductPage {
  return { products: rows, total: rows[0]?.total ?? 0 };
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
  return insertReturningId(trx, 'categories', { slug: category.slug, name: category.name, position });
}

export async function insertPicture(trx: Transaction, mediaType: string, content: Buffer): Promise<number> {
  const contentHash = createHash('sha256').update(content).digest('hex');
  return insertReturningId(trx, 'pictures', { content_hash: contentHash, media_type: mediaType, content });
}

export async function insertProduct(trx: Transaction, product: NewProduct): Promise<number> {
  return insertReturningId(trx, 'products', {
    sku: product.sku,
    slug: product.slug,
    name: product.name,
    name_key: foldCase(product.name),
    // All that a person may remember of a product.
    search_key: foldCase(`${product.name} ${product.sku} ${product.description}`),
    description: product.description,
    unit: product.unit,
    price_minor: product.priceMinor,
    currency: product.currency,
    on_hand: product.onHand,
    category_id: product.categoryId,
    picture_id: product.pictureId,
    picture_alt: product.pictureAlt,
    created_at: product.createdAt,
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
