import { Router } from 'express';
import { paths } from '../paths.ts';
import { page } from '../web/route.ts';
import type { Scraper } from './scrape.ts';

/** The metrics on the store's own port. There only with a token: this port is open to the world. */
export function metricsRoutes(scrape: Scraper): Router {
  const router = Router();
  page(router, paths.metrics(), {
    async get(req, res) {
      const { status, headers, text } = await scrape(req.headers.authorization);
      res.status(status).set(headers).send(text);
    },
  });
  return router;
}
