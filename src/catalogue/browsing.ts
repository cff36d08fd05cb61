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
    .default('')
    .catch(''),
  category: z.string().default('').catch(''),
  sort: z.enum(SORTS).default('shelf').catch('shelf'),
  view: z.enum(['cards', 'list']).default('cards').catch('cards'),
  page: z.coerce.number().int().min(1).max(MOST_PAGES).default(1).catch(1),
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
  const words = foldCase(q).split(/\s+/).filter(Boolean).slice(0, MOST_WORDS);
  return table.find({ words, category, sort, limit: PER_PAGE, offset: (page - 1) * PER_PAGE });
}

/** How many pages are remembered at most: the shop window and what lies near it, not every search. */
const MOST_REMEMBERED = 200;

/**
 * Gives `browse` with a memory. A page that was shown before is not asked of the database again while the
 * catalogue has the same version; the version itself is asked each time, so that a change counts at the
 * next request on every process. The same object comes back, so that its reader can remember by it too.
 */
export function rememberingBrowse(table: ProductsTable): (asked: StoreFilters) => Promise<Browsing> {
  let remembered = new Map<string, Browsing>();
  let rememberedVersion = 0;

  return async (asked) => {
    // Asked before the products: at worst the pages are newer than the version they are kept under.
    const version = await table.version();
    if (version !== rememberedVersion || remembered.size >= MOST_REMEMBERED) remembered = new Map();
    rememberedVersion = version;
    const key = JSON.stringify(asked);
    const known = remembered.get(key);
    if (known) return known;
    const pages = remembered;
    const browsing = await browse(table, asked);
    pages.set(key, browsing);
    return browsing;
  };
}
