import { z } from 'zod';
import { foldCase } from '../database/fold-case.ts';
import { type Category, type ListedProduct, type ProductsTable, SORTS } from './products.table.ts';

const PER_PAGE = 24;
const MOST_WORDS = 6;
const MOST_PAGES = 10_000;
const LONGEST_SEARCH = 100;

/** What a member asks the store for, from the address. Nonsense in a field is that field's default. */
const storeFilters = z.object({
  q: z
    .string()
    .trim()
    .transform((text) => text.slice(0, LONGEST_SEARCH))
    .catch(''),
  category: z.string().catch(''),
  sort: z.enum(SORTS).catch('shelf'),
  view: z.enum(['cards', 'list']).catch('cards'),
  page: z.coerce.number().int().min(1).max(MOST_PAGES).catch(1),
});

export type StoreFilters = z.output<typeof storeFilters>;

export interface Browsing {
  /** What was really shown: an unknown category is all of them, a page beyond the last is the first. */
  filters: StoreFilters;
  categories: Category[];
  products: ListedProduct[];
  /** How many products match in all. */
  total: number;
  pageCount: number;
}

export function readFilters(query: unknown): StoreFilters {
  return storeFilters.parse(query);
}

/** Finds one page of the products that match. */
export async function browse(table: ProductsTable, asked: StoreFilters): Promise<Browsing> {
  const categories = await table.categories();
  const known = categories.some((category) => category.slug === asked.category);
  const filters = { ...asked, category: known ? asked.category : '' };

  let found = await findPage(table, filters);
  if (found.products.length === 0 && filters.page > 1) {
    filters.page = 1;
    found = await findPage(table, filters);
  }
  return { filters, categories, ...found, pageCount: Math.ceil(found.total / PER_PAGE) };
}

function findPage(table: ProductsTable, { q, category, sort, page }: StoreFilters) {
  if (q === '' && category === '' && sort === 'shelf' && page === 1) return table.firstPage(PER_PAGE);
  const words = foldCase(q).split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  return table.find({ words, category, sort, limit: PER_PAGE, offset: (page - 1) * PER_PAGE });
}
