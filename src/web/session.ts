import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import session, { type Store } from 'express-session';
import { writeRefusalOf } from '../database/dialect-errors.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import { type CookieSettings, cookieKind, cookieOf } from './cookies.ts';

const ID_BYTES = 32;

const COOKIE = 'gatehouse';

/** @param key signs the cookie */
export function sessions(store: Store, key: string, cookies: CookieSettings): RequestHandler {
  const { name, options } = cookieKind(cookies, COOKIE);
  return session({
    store,
    secret: key,
    name,
    genid: () => randomBytes(ID_BYTES).toString('base64url'),
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: options,
  });
}

/**
 * Saves the session if it holds anything new. To be called before an answer is sent: express-session itself
 * saves when the headers are gone already, too late to say that it failed.
 */
export async function saveChanges(req: Request): Promise<void> {
  const { session } = req;
  if (!session || !(req.sessionStore as unknown as SessionStore<unknown>).isChanged(session)) return;
  await new Promise<void>((resolve, reject) => {
    session.save((error?: unknown) => (error ? reject(error) : resolve()));
  });
}

/**
 * Saves the session for a page. Where the database takes no writes for now, a member reads on: what the page took out of
 * the session comes again with the next one. A guest does not: the form of the page would be refused without its session.
 */
export async function saveForPage(req: Request): Promise<void> {
  try {
    await saveChanges(req);
  } catch (error) {
    if (!req.user || !writeRefusalOf(error)) throw error;
    // Or express-session would try again when the page is sent.
    forgetSession(req);
  }
}

/**
 * For a request whose session has ended: no new one follows it, and its cookie is taken out of the browser.
 */
export function dropSession(req: Request, res: Response): void {
  const { name, options } = cookieOf(req, COOKIE);
  forgetSession(req);
  res.clearCookie(name, options);
}

/** Has express-session do nothing more for a request: what it would write is lost. */
export function forgetSession(req: Request): void {
  req.session = undefined as unknown as typeof req.session;
}
