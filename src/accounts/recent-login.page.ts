import type { Request, RequestHandler, Response } from 'express';
import { MINUTE } from '../clock.ts';
import type { FieldErrors } from '../input.ts';
import { paths } from '../paths.ts';
import { clientOf } from '../web/client.ts';
import { keepDraft } from '../web/drafts.ts';
import { waitText } from '../web/duration.ts';
import { setRetryAfter } from '../web/errors.ts';
import { flashNow } from '../web/flash.ts';
import { type FieldSpec, formView } from '../web/forms.ts';
import { isSameSitePath, seeOther } from '../web/redirect.ts';
import type { AccountContext } from './account-context.ts';
import { renewSession } from './passport.ts';
import { provePassword } from './recent-login.ts';
import type { User } from './users.table.ts';

const TEXTS = {
  title: 'Confirm that it is you',
  throttled: (wait: string) => `Too many wrong attempts. Try again in ${wait}.`,
};

const FIELDS: Record<string, FieldSpec> = {
  password: { label: 'Password', type: 'password', autocomplete: 'current-password' },
};

/** How long showing who one is counts for sensitive changes (OWASP ASVS 5.0, 7.5.1), in milliseconds. */
const RECENT = 5 * MINUTE;

declare module 'express-session' {
  interface SessionData {
    /** Where to go on after confirming who one is. */
    confirmedFor?: string;
  }
}

/**
 * Lets a request pass only if its sender showed who they are within the last five minutes. Others are asked to,
 * and come back to the page, with what they had typed.
 */
export function requireRecentLogin({ clock }: Pick<AccountContext, 'clock'>): RequestHandler {
  return async (req, res, next) => {
    if (clock() - (req.session.authenticatedAt ?? 0) < RECENT) return next();
    if (req.method !== 'GET') keepDraft(req);
    req.session.confirmedFor = req.method === 'GET' ? req.originalUrl : req.path;
    await seeOther(req, res, paths.recentLogin());
  };
}

/** Writes down that the person has just shown who they are, in a session with a new id, and goes on. */
export async function confirmRecentLogin(
  { clock }: Pick<AccountContext, 'clock'>,
  req: Request,
  res: Response,
): Promise<void> {
  const target = req.session.confirmedFor ?? paths.account();
  await renewSession(req);
  req.session.authenticatedAt = clock();
  delete req.session.confirmedFor;
  await seeOther(req, res, isSameSitePath(target) ? target : paths.account());
}

export function recentLoginPage(context: AccountContext) {
  function show(res: Response, rest: { errors?: FieldErrors; error?: string } = {}) {
    return res.page('accounts/recent-login', {
      title: TEXTS.title,
      section: 'account',
      form: formView(paths.recentLogin(), FIELDS, {}, rest.errors),
      flashes: rest.error ? [flashNow('error', rest.error)] : [],
    });
  }

  return {
    get: (_req: Request, res: Response): Promise<void> => show(res),

    async post(req: Request, res: Response): Promise<void> {
      const proof = await provePassword(context, req.user as User, req.body, clientOf(req));
      if (proof.ok) return confirmRecentLogin(context, req, res);
      if (proof.problem === 'throttled') {
        setRetryAfter(res, proof.retryAfter);
        return show(res.status(429), { error: TEXTS.throttled(waitText(proof.retryAfter)) });
      }
      return show(res.status(422), { errors: proof.errors });
    },
  };
}
