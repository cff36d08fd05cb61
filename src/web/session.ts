import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import session, { type Store } from 'express-session';
import type { SessionStore } from './session-store.ts';

const ID_BYTES = 32;

/**
 * @param key signs the cookie
 * @param https whether the site is reached over HTTPS: then the cookie is Secure and carries the `__Host-`
 *   prefix, with which browsers take it from this host alone (RFC 6265bis, 4.1.3.2)
 */
export function sessions(store: Store, key: string, https: boolean): RequestHandler {
  return session({
    store,
    secret: key,
    name: https ? '__Host-gatehouse' : 'gatehouse',
    genid: () => randomBytes(ID_BYTES).toString('base64url'),
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: { httpOnly: true, sameSite: 'lax', path: '/', secure: https },
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
