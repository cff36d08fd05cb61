import type { Request, Response } from 'express';
import { paths } from '../../paths.ts';
import { SESSION_LIMITS } from '../../sessions/session-store.ts';
import { MINUTE } from '../../shared/clock.ts';
import { waitText } from '../../shared/format/durations.ts';
import { clientOf } from '../../web/client.ts';
import { setBrowserCookie } from '../../web/cookies.ts';
import { flash } from '../../web/flash.ts';
import { Problem } from '../../web/problems.ts';
import { seeOther } from '../../web/redirect.ts';
import { takeReturnPath } from '../../web/return-path.http.ts';
import type { AccountContext } from '../account-context.ts';
import { linkAtLogin, type ProvenIdentity } from '../credentials/identities.ts';
import { DOOR_TEXTS } from '../door-texts.ts';
import { findUser, type User } from '../users.table.ts';
import {
  type Factor,
  factorsWithout,
  isSecondFactor,
  loginMethodOf,
  needsSecondFactor,
  recordLogin,
} from './known-devices.ts';
import { refusalOf } from './login.ts';
import { openSession } from './passport.http.ts';
import { recordSecondFactorRequired } from './second-factor.ts';

export const TEXTS = {
  linked: (provider: string) => `${provider} is connected: you can log in with it from now on.`,
  tooMany: (wait: string) => `Too many logins from your network. Try again in ${wait}.`,
  notLinked: (provider: string) =>
    `${provider} was not connected: that login belongs to another account by now.`,
};

/** How long somebody who showed a first factor has for the second, in milliseconds. */
const PENDING_LIFETIME = 10 * MINUTE;

declare module 'express-session' {
  interface SessionData {
    /** Somebody who showed a first factor and not yet the second: not logged in. Times in UTC milliseconds. */
    pendingLogin?: { userId: number; at: number; remember: boolean; first: Factor; link?: ProvenIdentity };
    /** When a login opened this session, which may go on under a new id since. In UTC milliseconds, as the next two. */
    loggedInAt?: number;
    /** When the person last showed who they are, for what needs a recent login. */
    authenticatedAt?: number;
    secondFactorAt?: number;
  }
}

/** How somebody comes in. */
interface Entry {
  factors: Factor[];
  remember: boolean;
  /** Whether the browser is to be spared the second factor for 30 days. */
  trust?: boolean | undefined;
}

interface Welcome {
  /** Instead of the usual words. */
  greeting?: string | undefined;
  warning?: string | undefined;
  /** An identity at a provider that the password was given for: it is connected with the account now. */
  link?: ProvenIdentity | undefined;
}

/** @param retryAfter in milliseconds */
function refuseIfThrottled(retryAfter: number): void {
  if (retryAfter > 0) throw new Problem(429, TEXTS.tooMany(waitText(retryAfter)), retryAfter);
}

/** Opens a session under a new id for somebody who has shown all that is asked for. */
export async function startSession(
  context: AccountContext,
  req: Request,
  res: Response,
  user: User,
  { factors, remember, trust = false }: Entry,
): Promise<void> {
  const client = clientOf(req);
  refuseIfThrottled(await context.throttles.logins.take({ userId: user.id, network: client.network }));
  const browserToken = await recordLogin(context, user, client, { factors, trust });
  await openSession(req, user);
  req.session.loggedInAt = context.clock();
  req.session.authenticatedAt = req.session.loggedInAt;
  if (factors.some(isSecondFactor)) req.session.secondFactorAt = req.session.loggedInAt;
  if (remember) req.session.cookie.maxAge = SESSION_LIMITS.remembered;
  setBrowserCookie(req, res, browserToken);
  context.loginCounts.count(loginMethodOf(factors[0]), 'succeeded');
}

/**
 * Lets somebody in who has shown all that is asked for, and leads to the page first asked for, or back to the form
 * that was being filled in when an earlier session ended.
 */
export async function completeLogin(
  context: AccountContext,
  req: Request,
  res: Response,
  user: User,
  { greeting = DOOR_TEXTS.welcome(user.username), warning, link, ...entry }: Entry & Welcome,
): Promise<void> {
  const { interrupted } = req.session;
  const returnPath = takeReturnPath(req, res);
  const linking = link && (await linkAtLogin(context, user, link, clientOf(req)));
  await startSession(context, req, res, user, entry);
  flash(req, 'success', greeting);
  if (warning) flash(req, 'warning', warning);
  if (link) {
    const text = linking?.ok ? TEXTS.linked : TEXTS.notLinked;
    flash(req, linking?.ok ? 'success' : 'error', text(link.provider));
  }
  if (interrupted?.memberId === user.id) {
    req.session.interrupted = interrupted;
    return seeOther(req, res, paths.interruptedForm());
  }
  await seeOther(req, res, returnPath || paths.store());
}

/** Lets somebody in who has shown a first factor, if that is enough, and asks for the second if it is not. */
export async function continueLogin(
  context: AccountContext,
  req: Request,
  res: Response,
  user: User,
  { first, remember = false, greeting }: { first: Factor; remember?: boolean; greeting?: string | undefined },
): Promise<void> {
  if (await needsSecondFactor(context, user, clientOf(req)))
    return requireSecondFactor(context, req, res, user, { first, remember });
  return completeLogin(context, req, res, user, { factors: factorsWithout(first, user), remember, greeting });
}

export async function requireSecondFactor(
  context: AccountContext,
  req: Request,
  res: Response,
  user: User,
  { first, remember, link }: { first: Factor; remember: boolean; link?: ProvenIdentity },
): Promise<void> {
  const at = context.clock();
  context.loginCounts.count(loginMethodOf(first), 'second_factor_asked');
  const required = { first, keepsCookie: true };
  refuseIfThrottled(await recordSecondFactorRequired(context, user, clientOf(req), required));
  req.session.pendingLogin = { userId: user.id, at, remember, first, ...(link ? { link } : {}) };
  await seeOther(req, res, paths.secondFactor());
}

/**
 * Who showed a first factor in this session a moment ago and owes the second; undefined when nobody did, it
 * is too long ago, or the account changed since so that the password no longer counts or is enough by itself.
 */
export async function pendingUser(
  { db, clock }: Pick<AccountContext, 'db' | 'clock'>,
  req: Request,
): Promise<{ user: User; remember: boolean; first: Factor; link: ProvenIdentity | undefined } | undefined> {
  const pending = req.session.pendingLogin;
  if (!pending || clock() - pending.at > PENDING_LIFETIME) return undefined;
  const user = await findUser(db, pending.userId);
  if (!user || refusalOf(user) || (user.passwordChangedAt ?? 0) >= pending.at) return undefined;
  if (user.twoFactorSince === null) return undefined;
  return { user, remember: pending.remember, first: pending.first, link: pending.link };
}
