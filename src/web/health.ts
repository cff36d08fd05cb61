import { Router } from 'express';
import { paths } from '../paths.ts';
import { setRetryAfter, UNAVAILABLE_PAUSE } from './errors.ts';
import type { Readiness } from './readiness.ts';
import { page } from './route.ts';

/** For whoever watches the store: `/healthz` says that the process lives, `/readyz` that it can serve. */
export function healthRoutes(readiness: Readiness): Router {
  const router = Router();
  page(router, paths.alive(), {
    get: (_req, res) => {
      res.set('Cache-Control', 'no-store').json({ status: 'ok' });
    },
  });
  page(router, paths.ready(), {
    get: async (req, res) => {
      const status = await readiness.state();
      const reason = status === 'ok' ? readiness.writeRefusal() : undefined;
      // A balancer goes on sending readers; who watches the store asks for writes as well (decision 46).
      const ready = status === 'ok' && !(reason && 'writes' in req.query);
      if (!ready) setRetryAfter(res.status(503), UNAVAILABLE_PAUSE);
      const body = reason ? { status: 'read-only', reads: true, writes: false, reason } : { status };
      res.set('Cache-Control', 'no-store').json(body);
    },
  });
  return router;
}
