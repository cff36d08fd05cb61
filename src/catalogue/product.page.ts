import type { Request, Response } from 'express';
import type { Database } from '../database/connection.ts';
import { paths } from '../paths.ts';
import { listUrl } from '../web/pagination.ts';
import { Problem } from '../web/problems.ts';
import { type ProductLook, productView } from './product-view.ts';
import { findProductBySlug } from './products.table.ts';

export const TEXTS = {
  store: 'Store',
  missing: 'There is no such product. It may have been taken off the shelf.',
};

export function productPage(db: Database, look: ProductLook) {
  return {
    async get(req: Request, res: Response): Promise<void> {
      const product = await findProductBySlug(db, String(req.params.slug));
      if (!product) throw new Problem(404, TEXTS.missing);
      return res.page('catalogue/product', {
        title: product.name,
        section: 'store',
        product: { ...productView(product, look), description: product.description },
        breadcrumbs: [
          { label: TEXTS.store, url: paths.store() },
          { label: product.category, url: listUrl(paths.store(), { category: product.categorySlug }) },
          { label: product.name },
        ],
      });
    },
  };
}
