import type { Request, Response } from 'express';
import type { Cookie, SessionData } from 'express-session';
import { Passport } from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import type { SessionStore } from '../../sessions/session-store.ts';
import { clientOf } from '../../web/client.ts';
import type { AccountContext } from '../account-context.ts';
import { type User as Account, isActive } from '../users.table.ts';
import { type Login, logIn } from './login.ts';

declare global {
  namespace Express {
    interface User extends Account {}
  }
}

export type Authenticator = InstanceType<typeof Passport>;

/** Passport with its local strategy over our own login rule; each app has one of its own. */
export function createPassport(context: AccountContext, store: SessionStore<Account>): Authenticator {
  const passport = new Passport();
  passport.use(
    new LocalStrategy({ passReqToCallback: true }, (req, username, password, done) => {
      logIn(context, { username, password }, clientOf(req)).then(
        (login) => (login.ok ? done(null, login.user) : done(null, false, login as never)),
        done,
      );
    }),
  );
  passport.serializeUser((user, done) => done(null, user.id));
  // The store loaded the person with the session; no query of its own.
  passport.deserializeUser(
    (req: Request, _id: unknown, done: (error: unknown, user?: Account | false) => void) =>
      done(null, store.ownerOf(req) ?? false),
  );
  return passport;
}

export function authenticate(passport: Authenticator, req: Request, res: Response): Promise<Login> {
  return new Promise((resolve, reject) => {
    passport.authenticate('local', (error: unknown, user: Account | false, refusal: Login | undefined) => {
      if (error) reject(error);
      else if (user) resolve({ ok: true, user });
      else resolve(refusal?.ok === false ? refusal : { ok: false, problem: 'wrong' });
    })(req, res, reject);
  });
}

declare module 'express-session' {
  interface SessionData {
    /** When the password was set that counted when the session was opened; null for the first one. */
    passwordSetAt?: number | null;
  }
}

/** Opens a session for a user under a new id (OWASP ASVS 5.0, 7.2.4), so that nobody knows it beforehand. */
export async function openSession(req: Request, user: Account): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    req.logIn(user, (error: unknown) => (error ? reject(error) : resolve())),
  );
  req.session.passwordSetAt = user.passwordChangedAt;
}

/**
 * Whether a session still counts: its person may be signed in, and the password is the one that opened it. A login
 * that was on its way while the password changed ends here, where deleting sessions came too early for it.
 */
export function isSessionActive(user: Account, data: SessionData): boolean {
  return user.id !== null && isActive(user) && (data.passwordSetAt ?? null) === user.passwordChangedAt;
}

export function closeSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) =>
    req.logOut((error: unknown) => (error ? reject(error) : resolve())),
  );
}

/** Ends the session of a member whose sessions all ended: what is said next needs one that is still there. */
export async function closeSessionOf(req: Request, userId: number): Promise<void> {
  if (req.user?.id === userId) await closeSession(req);
}

/** Goes on with the same session under a new id, as after every rise of privilege (OWASP ASVS 5.0, 7.2.4). */
export async function renewSession(req: Request): Promise<void> {
  // By entries: what the store keeps under a symbol belongs to the old id.
  const { cookie, ...data } = Object.fromEntries(Object.entries(req.session));
  const { originalMaxAge } = cookie as Cookie;
  await new Promise<void>((resolve, reject) =>
    req.session.regenerate((error: unknown) => (error ? reject(error) : resolve())),
  );
  Object.assign(req.session, data);
  if (originalMaxAge !== null) req.session.cookie.maxAge = originalMaxAge;
}
