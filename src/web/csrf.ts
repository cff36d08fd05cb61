import csurf from 'csurf';
import type { Request, RequestHandler } from 'express';
import { keepDraft } from './form-drafts.ts';
import { Problem } from './problems.ts';

/**
 * Everything against cross-site request forgery (OWASP CSRF Prevention Cheat Sheet), for pages in two layers. csurf is
 * archived; it stays in session mode, as the synchroniser token pattern, and can be replaced in this file.
 */

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

const FOREIGN = 'This request came from another site, so it was not carried out.';

/**
 * First layer: refuses what changes state when the browser itself says that another site sent it. Requests
 * without these headers (old browsers, API clients) pass on to the token.
 *
 * @param publicOrigin the origin of PUBLIC_URL; the host that the request was sent to counts as ours as well
 */
export function refuseForeignPosts(publicOrigin: string): RequestHandler {
  return (req, _res, next) => {
    if (SAFE_METHODS.has(req.method)) return next();
    const origin = req.get('origin');
    const ours =
      origin === undefined || origin === publicOrigin || origin === `${req.protocol}://${req.host}`;
    if (!ours || req.get('sec-fetch-site') === 'cross-site') throw new Problem(403, FOREIGN);
    next();
  };
}

/**
 * The one layer of the session API, which has no tokens: refuses what changes state unless it comes from our own pages
 * or an allowed front end. Browsers say where a request comes from in Origin, or at least in Sec-Fetch-Site; API
 * clients say nothing, and nobody can make one send somebody's cookie. That bodies must be JSON, which no form can send, is
 * the API's own rule.
 *
 * @param publicOrigin the origin of PUBLIC_URL; the host that the request was sent to counts as ours as well
 * @param allowedOrigins of front ends elsewhere
 */
export function refuseForeignCalls(publicOrigin: string, allowedOrigins: readonly string[]): RequestHandler {
  const known: ReadonlySet<string> = new Set([publicOrigin, ...allowedOrigins]);
  return (req, _res, next) => {
    if (SAFE_METHODS.has(req.method)) return next();
    const origin = req.get('origin');
    const site = req.get('sec-fetch-site');
    const fromHere =
      origin === undefined
        ? site !== 'cross-site' && site !== 'same-site'
        : known.has(origin) || origin === `${req.protocol}://${req.host}`;
    if (!fromHere) throw new Problem(403, FOREIGN);
    next();
  };
}

/**
 * Second layer: a token that only our own pages hold, from the body or a header, never from the address.
 * This half gives pages their token and checks the one sent; `refuseStaleTokens` acts on it, after the gate:
 * a guest whose session ended is asked to log in, not told of tokens.
 */
export function checkToken(): RequestHandler {
  const check = csurf({
    value: (req: Request) => textOf(req.body?._csrf) || textOf(req.headers['x-csrf-token']),
  });
  return (req, res, next) => {
    const secret = req.session.csrfSecret;
    check(req, res, (error: unknown) => {
      // csurf gives every session a secret at once, and each would be saved. A page that has a form makes its own.
      if (secret === undefined) delete req.session.csrfSecret;
      if (!isStaleToken(error)) return next(error);
      req.tokenRefusal = error;
      next();
    });
  };
}

/**
 * Refuses forms whose token is missing or older than the session.
 *
 * @param provenByBrowser paths of forms that are taken all the same when the browser says that our own page sent
 *   them (OWASP CSRF Prevention Cheat Sheet, Fetch Metadata): forms that need nothing of the session, and whose
 *   session ends while an answer is on its way. A request that does not say where it comes from needs the token.
 */
export function refuseStaleTokens(provenByBrowser: readonly string[]): RequestHandler {
  return async (req, _res, next) => {
    if (!req.tokenRefusal || (provenByBrowser.includes(req.path) && isSentByOurPage(req))) return next();
    // Only after the first layer, so that no other site can fill in a form for somebody.
    await keepDraft(req);
    next(req.tokenRefusal);
  };
}

/** No page can set this header (W3C Fetch Metadata, 2.3); another host of our domain would be `same-site`. */
function isSentByOurPage(req: Request): boolean {
  return req.get('sec-fetch-site') === 'same-origin';
}

declare global {
  namespace Express {
    interface Request {
      tokenRefusal?: unknown;
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

declare module 'express-session' {
  interface SessionData {
    /** What csurf makes its tokens of. */
    csrfSecret?: string;
  }
}

/** Whether an error is csurf's: the token is missing, or older than the session. */
export function isStaleToken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EBADCSRFTOKEN';
}
