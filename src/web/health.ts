import { Router } from 'express';
import type { Database } from '../database/connection.ts';
import { paths } from '../paths.ts';
import { page } from './routing.ts';

/** For whoever watches the store: `/healthz` says that the process lives, `/readyz` that it can serve. */
export function healthRoutes(db: Database): Router {
  const router = Router();
  page(router, paths.alive(), {
    get: (_req, res) => {
      res.set('Cache-Control', 'no-store').json({ status: 'ok' });
    },
  });
  page(router, paths.ready(), {
    get: async (_req, res) => {
      await db.raw('select 1');
      res.set('Cache-Control', 'no-store').json({ status: 'ok' });
    },
  });
  return router;
}
