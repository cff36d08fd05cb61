import type { Request, Response } from 'express';
import { HOUR } from '../shared/clock.ts';
import { cookieOf, readCookie } from './cookies.ts';
import { type Flash, flashNow } from './flash.ts';
import { isReturnPath } from './redirect.ts';

/** Said to guests, on the login page or in its place. */
export const LOGIN_FIRST = 'Please log in first.';

const COOKIE = 'gatehouse-return';
/** As long as a session of a guest, in milliseconds. */
const LIFETIME = 1 * HOUR;
/** In front of the path while the message has not been shown. */
const UNSAID = '!';

/**
 * Notes that a guest is sent to log in first, and to which page afterwards. In a cookie, so that the store keeps nothing
 * of guests who only look; whoever changes it sends themselves elsewhere on this site, as with any link.
 */
export function noteLoginFirst(req: Request, res: Response): void {
  const asked = req.method === 'GET' ? req.originalUrl : returnPathOf(req);
  write(req, res, UNSAID + (isReturnPath(asked) ? asked : ''));
}

/** Takes the message for the page that is being rendered now. */
export function takeLoginFirst(req: Request, res: Response): Flash[] {
  if (!read(req).startsWith(UNSAID)) return [];
  write(req, res, returnPathOf(req));
  return [flashNow('warning', LOGIN_FIRST)];
}

/** The page that a guest asked for first; empty when there is none to come back to. */
function returnPathOf(req: Request): string {
  const value = read(req);
  const path = value.startsWith(UNSAID) ? value.slice(UNSAID.length) : value;
  return isReturnPath(path) ? path : '';
}

/** Takes the page that a guest asked for first. @returns empty when there is none to come back to */
export function takeReturnPath(req: Request, res: Response): string {
  if (read(req)) write(req, res, '');
  return returnPathOf(req);
}

function read(req: Request): string {
  return readCookie(req, COOKIE) ?? '';
}

function write(req: Request, res: Response, value: string): void {
  const { name, options } = cookieOf(req, COOKIE);
  // Only our own pages read it; `strict` would keep it from a guest who came by a link elsewhere.
  const attributes = { ...options, sameSite: 'lax' as const };
  if (value) res.cookie(name, value, { ...attributes, maxAge: LIFETIME });
  else res.clearCookie(name, attributes);
}
