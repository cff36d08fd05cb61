import { Router } from 'express';
import { paths } from '../paths.ts';
import { type CrossOriginRules, crossOrigin } from '../web/cross-origin.ts';

const SESSION_API: CrossOriginRules = {
  methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
  allowedHeaders: ['Content-Type', 'Authorization'],
  exposedHeaders: ['Retry-After', 'Link'],
};

const TOKEN_API: CrossOriginRules = {
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
