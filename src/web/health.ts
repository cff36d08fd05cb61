import { Router } from 'express';
import { paths } from '../paths.ts';
import { setRetryAfter, UNAVAILABLE_PAUSE } from './errors.ts';
import type { Readiness } from './readiness.ts';
import { page } from './routing.ts';

/** For whoever watches the store: `/healthz` says that the process lives, `/readyz` that it can serve. */
export function healthRoutes(readiness: Readiness): Router {
  const router = Router();
  page(router, paths.alive(), {
    get: (_req, res) => {
      res.set('Cache-Control', 'no-store').json({ status: 'ok' });
    },
  });
  page(router, paths.ready(), {
    get: async (_req, res) => {
      const status = await readiness.state();
      if (status !== 'ok') setRetryAfter(res.status(503), UNAVAILABLE_PAUSE);
      res.set('Cache-Control', 'no-store').json({ status });
    },
  });
  return router;
}
