import type { Request, Response } from 'express';
import type { Database } from '../database/connection.ts';
import type { PageData } from '../web/pages.ts';
import { type Browsing, cachedSearch, readFilters } from './product-search.ts';
import type { ProductLook } from './product-view.ts';
import { storeView } from './store-view.ts';

const TEXTS = {
  greeting: (name: string) => `Welcome, ${name}`,
};

export function storePage(db: Database, look: ProductLook) {
  const searchProducts = cachedSearch(db);
  const views = new WeakMap<Browsing, PageData>();

  function viewOf(browsing: Browsing): PageData {
    const known = views.get(browsing);
    if (known) return known;
    const view = storeView(browsing, look);
    views.set(browsing, view);
    return view;
  }

  return {
    async get(req: Request, res: Response): Promise<void> {
      const browsing = await searchProducts(readFilters(req.query));
      return res.page('catalogue/store', {
        ...viewOf(browsing),
        greeting: TEXTS.greeting(req.user?.username ?? ''),
      });
    },
  };
}
