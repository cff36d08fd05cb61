import cors from 'cors';
import { type RequestHandler, Router } from 'express';
import { paths } from '../paths.ts';
import { HOUR, SECOND } from '../shared/clock.ts';

/** What the front ends of allowed origins may send, and read of answers. */
const SESSION_API = {
  methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
  allowedHeaders: ['Content-Type', 'Authorization'],
  exposedHeaders: ['Retry-After', 'Link'],
};

const TOKEN_API = {
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
  allowedHeaders: ['Content-Type', 'Authorization', 'If-Match', 'If-None-Match', 'Idempotency-Key'],
  exposedHeaders: ['Retry-After', 'RateLimit', 'RateLimit-Policy', 'Link', 'ETag', 'Location'],
};

/** Lets front ends on other origins use the APIs from a browser. To come before anything looks at a session. */
export function frontEnds(allowedOrigins: readonly string[]): Router {
  const router = Router();
  router.use(paths.sessionApi(), crossOrigin(allowedOrigins, SESSION_API));
  router.use(paths.api(), crossOrigin(allowedOrigins, TOKEN_API));
  return router;
}

/** How long browsers need not ask again, in seconds; Chromium takes no more than two hours. */
const PREFLIGHT_LIFETIME = (1 * HOUR) / SECOND;

/**
 * Tells browsers which other origins may use a part of the site, with credentials (CORS, Fetch 3.2). A preflight is
 * answered at once, before anything is looked up. An origin that is not on the list gets not one of the headers: its
 * pages cannot read an answer, nor send what needs a preflight. It is no guard against what they can send without one;
 * see `refuseForeignCalls`.
 *
 * @param origins as browsers send them; no pattern
 */
function crossOrigin(origins: readonly string[], rules: typeof SESSION_API): RequestHandler {
  const allowed: ReadonlySet<string> = new Set(origins);
  const allow = cors({ origin: [...origins], credentials: true, maxAge: PREFLIGHT_LIFETIME, ...rules });
  return (req, res, next) => {
    // Also for who sends no Origin: a cache must not give that answer to a front end.
    res.vary('Origin');
    const origin = req.get('origin');
    if (origin !== undefined && allowed.has(origin)) return allow(req, res, next);
    const isPreflight = req.method === 'OPTIONS' && req.get('access-control-request-method') !== undefined;
    if (!isPreflight) return next();
    res.status(204).end();
  };
}
