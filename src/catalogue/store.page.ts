import type { Request, Response } from 'express';
import type { Database } from '../database/connection.ts';
import { paths } from '../paths.ts';
import { formatCount } from '../shared/format/counts.ts';
import type { PageData } from '../web/pages.ts';
import { listUrl, paginate } from '../web/pagination.ts';
import { type FoundProducts, readFilters, type StoreFilters, searchProducts } from './product-search.ts';
import { type ProductLook, productView } from './product-view.ts';
import { cacheByVersion } from './version-cache.ts';

export const TEXTS = {
  title: 'Store',
  greeting: (name: string) => `Welcome, ${name}`,
  all: 'All',
  clear: 'Show all',
  sorts: {
    shelf: 'As on the shelf',
    name: 'Name',
    price: 'Price, low to high',
    'price-desc': 'Price, high to low',
  },
  views: { cards: 'Cards', list: 'List' },
  nothing: {
    title: 'Nothing found',
    message: 'No product matches what you are looking for. Try another word, or look at everything.',
    label: 'Show all products',
  },
  empty: {
    title: 'The shelves are empty',
    message: 'The products of this store will stand here. Please come back soon.',
    label: 'Look again',
  },
};

/** How many cards stand in a first screen: their pictures are not loaded lazily. */
const FIRST_SCREEN = 4;

/** How many pages are remembered at most: the shop window and what lies near it, not every search. */
const MOST_REMEMBERED = 200;

export function storePage(db: Database, look: ProductLook) {
  const remember = cacheByVersion<PageData>(db, MOST_REMEMBERED);
  return {
    async get(req: Request, res: Response): Promise<void> {
      const filters = readFilters(req.query);
      const view = await remember(JSON.stringify(filters), async () =>
        storeView(await searchProducts(db, filters), look),
      );
      return res.page('catalogue/store', { ...view, greeting: TEXTS.greeting(req.user?.username ?? '') });
    },
  };
}

/** Prepares what the store shows of a look at it: the same for everybody who looks alike. */
function storeView(found: FoundProducts, look: ProductLook): PageData {
  const { filters, categories, pageCount } = found;
  const linkTo = (changes: Partial<StoreFilters>) => storeUrl({ ...filters, page: 1, ...changes });

  return {
    title: TEXTS.title,
    section: 'store',
    search: filters.q,
    summary: summaryOf(found),
    clear: isFiltered(filters) ? { url: paths.store(), label: TEXTS.clear } : undefined,
    filterAction: paths.store(),
    filters: { ...filters, view: unless('cards', filters.view) },
    categories: [{ slug: '', name: TEXTS.all }, ...categories].map(({ slug, name }) => ({
      name,
      url: linkTo({ category: slug }),
      current: slug === filters.category,
    })),
    sorts: optionsOf(TEXTS.sorts).map(([value, label]) => ({
      value,
      label,
      selected: value === filters.sort,
    })),
    views: optionsOf(TEXTS.views).map(([view, label]) => ({
      label,
      url: linkTo({ view, page: filters.page }),
      current: view === filters.view,
    })),
    shelf: {
      view: filters.view,
      summary: summaryOf(found),
      products: found.products.map((product, index) => ({
        ...productView(product, look),
        eager: index < FIRST_SCREEN,
      })),
    },
    empty: emptyOf(found),
    pagination: paginate(filters.page, pageCount, (page) => linkTo({ page })),
  };
}

function optionsOf<Key extends string>(texts: Record<Key, string>): [Key, string][] {
  return Object.entries(texts) as [Key, string][];
}

/** The store with these filters; what is at its default stays out of the address. */
function storeUrl({ q, category, sort, view, page }: StoreFilters): string {
  return listUrl(paths.store(), {
    q,
    category,
    sort: unless('shelf', sort),
    view: unless('cards', view),
    page,
  });
}

/** What an address says of a choice: nothing of the usual one. */
function unless<Choice extends string>(usual: Choice, chosen: Choice): Choice | '' {
  return chosen === usual ? '' : chosen;
}

/** Tells in words what is shown: `3 products match “mug” in Kitchen`. */
function summaryOf({ filters, categories, total }: FoundProducts): string {
  const count = formatCount(total, 'product');
  const match = filters.q === '' ? '' : ` ${total === 1 ? 'matches' : 'match'} “${filters.q}”`;
  const category = categories.find(({ slug }) => slug === filters.category);
  return count + match + (category ? ` in ${category.name}` : '');
}

function isFiltered({ q, category }: StoreFilters): boolean {
  return q !== '' || category !== '';
}

function emptyOf({ filters, total }: FoundProducts) {
  if (total > 0) return undefined;
  return { ...(isFiltered(filters) ? TEXTS.nothing : TEXTS.empty), url: paths.store() };
}
