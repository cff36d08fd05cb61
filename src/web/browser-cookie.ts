import { parse } from 'cookie';
import type { Request, Response } from 'express';
import { DAY } from '../shared/clock.ts';
import { cookieOf } from './cookies.ts';

/** How long a browser is remembered after its last sign-in, in milliseconds. */
export const BROWSER_LIFETIME = 365 * DAY;

const COOKIE = 'gatehouse-browser';

/** The secret by which this browser is known from earlier sign-ins; undefined when it is new. */
export function readBrowserCookie(req: Request): string | undefined {
  return parse(req.headers.cookie ?? '')[cookieOf(req, COOKIE).name] || undefined;
}

export function setBrowserCookie(req: Request, res: Response, token: string): void {
  const { name, options } = cookieOf(req, COOKIE);
  res.cookie(name, token, { ...options, maxAge: BROWSER_LIFETIME });
}
