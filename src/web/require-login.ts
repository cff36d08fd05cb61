import type { Request, RequestHandler } from 'express';
import { paths } from '../paths.ts';
import { forgetInterrupted, keepInterrupted } from './form-drafts.ts';
import { Problem } from './problems.ts';
import { seeOther } from './redirect.ts';
import { LOGIN_FIRST, noteLoginFirst } from './return-path.http.ts';

/**
 * Shuts the whole site to guests, but for the paths on one list: what is not named is closed, also what
 * does not exist. A guest goes to the login page and, after login, to the page first asked for.
 */
export function requireLogin(open: readonly (string | RegExp)[]): RequestHandler {
  const isOpen = isOnList(open);

  return async (req, res, next) => {
    if (req.user) forgetInterrupted(req);
    if (req.user || isOpen(req.path)) return next();
    if (!isPageVisit(req)) throw new Problem(401, LOGIN_FIRST);
    // Logging out needs no login; any other form comes back after it, for its sender to confirm.
    if (req.method !== 'GET' && req.path !== paths.logout()) await keepInterrupted(req);
    noteLoginFirst(req, res);
    await seeOther(req, res, paths.login());
  };
}

/** Gives what tells whether a path is on a list of paths and patterns. */
export function isOnList(list: readonly (string | RegExp)[]): (path: string) => boolean {
  const exact = new Set(list.filter((path) => typeof path === 'string'));
  const patterns = list.filter((path) => path instanceof RegExp);
  return (path) => exact.has(path) || patterns.some((pattern) => pattern.test(path));
}

/** A person on the way to a page, not an API client or a browser that fetches a picture for one. */
export function isPageVisit(req: Request): boolean {
  const destination = req.get('sec-fetch-dest') ?? 'document';
  return destination === 'document' && req.accepts(['html', 'json']) === 'html';
}

/** For the door's own pages: who is signed in has no business there and goes to the store. */
export const guestsOnly: RequestHandler = async (req, res, next) => {
  if (!req.user) return next();
  await seeOther(req, res, paths.store());
};

declare global {
  namespace Express {
    /** Who is signed in; the accounts feature adds what else it knows of a person. */
    interface User {
      id: number;
      username: string;
    }
  }
}
