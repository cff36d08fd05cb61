import { setTimeout as sleep } from 'node:timers/promises';
import { Router } from 'express';
import type { Database } from '../database/connection.ts';
import { type WriteRefusal, writeRefusalOf } from '../database/dialect-errors.ts';
import { knownMigrations, migrationsRun } from '../database/migrations.ts';
import { paths } from '../paths.ts';
import { SECOND } from '../shared/clock.ts';
import { setRetryAfter, UNAVAILABLE_PAUSE } from './errors.ts';
import { page } from './route.ts';

/** A balancer waits a few seconds; a database that says nothing takes longer to be given up (decision 39). */
const ANSWER_WITHIN = 2 * SECOND;

type Readiness = ReturnType<typeof createReadiness>;

/**
 * What a balancer in front of the store asks of one process. A database that a newer version has taken further is ready
 * for this one: the two run side by side while processes are replaced one by one, and migrations keep to what both
 * understand (docs/operations.md).
 */
export function createReadiness(db: Database) {
  // What this program knows does not change while it runs, whatever becomes of its files.
  const known = knownMigrations();
  // Who never asks is not told either.
  known.catch(() => undefined);
  let draining = false;
  let refusal: WriteRefusal | undefined;

  /** Whether requests should be sent here, or what stands against it. */
  async function state(): Promise<'ok' | 'draining' | 'database' | 'migrations'> {
    if (draining) return 'draining';
    const run = await Promise.race([
      migrationsRun(db).catch(() => undefined),
      sleep(ANSWER_WITHIN, undefined, { ref: false }),
    ]);
    if (!run) return 'database';
    const there = new Set(run);
    return (await known).every((name) => there.has(name)) ? 'ok' : 'migrations';
  }

  return {
    state,
    /** Why the database takes no changes, although it can be read; undefined while it takes them. */
    writeRefusal: () => refusal,
    /** Every process looks after the lease every two seconds: whether the last time failed, and how. */
    noteLease(error?: unknown) {
      refusal = writeRefusalOf(error);
    },
    /** This process is about to end: whoever sends it requests should send them elsewhere. */
    drain() {
      draining = true;
    },
    isDraining: () => draining,
  };
}

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
