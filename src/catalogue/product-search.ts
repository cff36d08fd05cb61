import { z } from 'zod';
import type { Database } from '../database/connection.ts';
import { searchWords } from '../database/fold-case.ts';
import { findProducts, listCategories, SORTS } from './products.table.ts';

const PER_PAGE = 24;
export const MOST_WORDS = 6;
const MOST_PAGES = 10_000;
/** How long a search may be, in characters. */
export const LONGEST_SEARCH = 100;

/** What a member asks the store for, from the address. Nonsense in a field is that field's default. */
const storeFilters = z.object({
  q: z
    .string()
    .trim()
    .transform((text) => text.slice(0, LONGEST_SEARCH))
    .default('')
    .catch(''),
  category: z.string().default('').catch(''),
  sort: z.enum(SORTS).default('shelf').catch('shelf'),
  view: z.enum(['cards', 'list']).default('cards').catch('cards'),
  page: z.coerce.number().int().min(1).max(MOST_PAGES).default(1).catch(1),
});

export type StoreFilters = z.output<typeof storeFilters>;

export function readFilters(query: unknown): StoreFilters {
  return storeFilters.parse(query);
}

export type FoundProducts = Awaited<ReturnType<typeof searchProducts>>;

/**
 * Finds one page of the products that match.
 *
 * @returns with the filters as they were followed: an unknown category is all of them, a page beyond the last the first
 */
export async function searchProducts(db: Database, asked: StoreFilters) {
  const categories = await listCategories(db);
  const known = categories.some((category) => category.slug === asked.category);
  const filters = { ...asked, category: known ? asked.category : '' };

  let found = await findPage(db, filters);
  if (found.products.length === 0 && filters.page > 1) {
    filters.page = 1;
    found = await findPage(db, filters);
  }
  return { filters, categories, ...found, pageCount: Math.ceil(found.total / PER_PAGE) };
}

function findPage(db: Database, { q, category, sort, page }: StoreFilters) {
  const slice = { limit: PER_PAGE, offset: (page - 1) * PER_PAGE };
  return findProducts(db, { words: searchWords(q, MOST_WORDS), category, sort, ...slice });
}
