import type { RequestHandler, Router } from 'express';
import { Problem } from './problems.ts';

type Handlers = RequestHandler | RequestHandler[];

/**
 * Adds one page to a router: its path and what answers each method. Another method on the same path is 405
 * with an Allow header (RFC 9110, 15.5.6).
 *
 * @param guards what each of its methods passes first
 */
export function page(
  router: Router,
  path: string,
  methods: { get?: Handlers; post?: Handlers },
  guards: RequestHandler[] = [],
): void {
  const route = router.route(path);
  if (methods.get) route.get(...guards, methods.get);
  if (methods.post) route.post(...guards, methods.post);
  const allowed = [methods.get && 'GET, HEAD', methods.post && 'POST'].filter(Boolean).join(', ');
  route.all((_req, res) => {
    res.set('Allow', allowed);
    throw new Problem(405);
  });
}

/** Those that a page or an API of ours has. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
]);

/** Refuses methods that no page and no API of ours has, before anything is looked up for them. */
export const refuseUnknownMethods: RequestHandler = (req, res, next) => {
  if (KNOWN_METHODS.has(req.method)) return next();
  res.set('Allow', [...KNOWN_METHODS].join(', '));
  throw new Problem(405);
};
