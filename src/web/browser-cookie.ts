import { parse } from 'cookie';
import type { Request, Response } from 'express';
import { DAY } from '../clock.ts';

/** How long a browser is remembered after its last sign-in, in milliseconds. */
export const BROWSER_LIFETIME = 365 * DAY;

const NAME = 'gatehouse-browser';

/** Over HTTPS the prefix lets browsers take the cookie from this host alone (RFC 6265bis, 4.1.3.2). */
function nameFor(req: Request): string {
  return req.app.get('https') ? `__Host-${NAME}` : NAME;
}

/** The secret by which this browser is known from earlier sign-ins; undefined when it is new. */
export function readBrowserCookie(req: Request): string | undefined {
  return parse(req.headers.cookie ?? '')[nameFor(req)] || undefined;
}

export function setBrowserCookie(req: Request, res: Response, token: string): void {
  res.cookie(nameFor(req), token, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    secure: Boolean(req.app.get('https')),
    maxAge: BROWSER_LIFETIME,
  });
}
