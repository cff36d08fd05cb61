import { Router } from 'express';
import type { Database } from '../database/connection.ts';
import { paths } from '../paths.ts';
import { moneyPrinter } from '../shared/money.ts';
import type { Assets } from '../web/assets.ts';
import { page } from '../web/route.ts';
import { picturePage } from './picture.http.ts';
import { productPage } from './product.page.ts';
import { storePage } from './store.page.ts';

export function catalogueRoutes(
  context: { db: Database; config: { storeLocale: string } },
  assets: Assets,
): Router {
  const router = Router();
  const { db } = context;
  const look = {
    printMoney: moneyPrinter(context.config.storeLocale),
    noPicture: assets.url('images/no-picture.svg'),
  };

  page(router, paths.store(), storePage(db, look));
  page(router, paths.product(':slug'), productPage(db, look));
  page(router, paths.picture(':hash'), picturePage(db));
  return router;
}
