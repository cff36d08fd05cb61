import { parse } from 'cookie';
import type { Request, Response } from 'express';
import { DAY } from '../shared/clock.ts';

/** What all cookies of the store have in common. */
export interface CookieSettings {
  /** Whether the site is reached over HTTPS. */
  https: boolean;
  /** Whether browsers send a cookie with requests that pages of other sites make (RFC 6265bis, 5.6.7). */
  sameSite: 'lax' | 'strict' | 'none';
  /** The host whose every subdomain gets the cookies as well; undefined: the host that sets them alone. */
  domain: string | undefined;
}

const SETTING = 'cookie settings';

/**
 * Gives a cookie its name and attributes. Over HTTPS the name has a prefix, by which browsers take it only as it is
 * meant (RFC 6265bis, 4.1.3): `__Host-` from this host alone, `__Secure-` where a domain shares it. In plain HTTP a
 * shared one has a name of its own as well, or one from before COOKIE_DOMAIN was set would be sent along and win.
 */
export function cookieKind({ https, sameSite, domain }: CookieSettings, name: string) {
  const shared = domain !== undefined;
  const prefix = https ? (shared ? '__Secure-' : '__Host-') : '';
  const options = { httpOnly: true, sameSite, path: '/', secure: https, ...(shared ? { domain } : {}) };
  return { name: `${prefix}${name}${shared && !https ? '-shared' : ''}`, options };
}

/** Keeps the settings with an app, for `cookieOf`. */
export function installCookies(app: Request['app'], settings: CookieSettings): void {
  app.set(SETTING, settings);
}

/** A cookie of the app that a request came to. */
export function cookieOf(req: Request, name: string) {
  return cookieKind(req.app.get(SETTING), name);
}

export function readCookie(req: Request, name: string): string | undefined {
  return parse(req.headers.cookie ?? '')[cookieOf(req, name).name];
}

/** How long a browser is remembered after its last sign-in, in milliseconds. */
export const BROWSER_LIFETIME = 365 * DAY;

const BROWSER_COOKIE = 'gatehouse-browser';

/** The secret by which this browser is known from earlier sign-ins; undefined when it is new. */
export function readBrowserCookie(req: Request): string | undefined {
  return readCookie(req, BROWSER_COOKIE) || undefined;
}

export function setBrowserCookie(req: Request, res: Response, token: string): void {
  const { name, options } = cookieOf(req, BROWSER_COOKIE);
  res.cookie(name, token, { ...options, maxAge: BROWSER_LIFETIME });
}
