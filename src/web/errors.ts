import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Logger } from 'pino';
import { isUnavailable, writeRefusalOf } from '../database/dialect-errors.ts';
import { paths } from '../paths.ts';
import { SECOND } from '../shared/clock.ts';
import { isStaleToken } from './csrf.ts';
import { Problem, type ProblemStatus } from './problems.ts';
import { isSameSitePath } from './redirect.ts';
import { forgetSession } from './session.ts';

export const TEXTS: Record<ProblemStatus, { title: string; message: string }> = {
  400: {
    title: 'That request makes no sense',
    message: 'Something in the address or the form could not be read.',
  },
  401: { title: 'Please log in first', message: 'This needs you to be logged in.' },
  403: { title: 'This is not allowed', message: 'You do not have access to this.' },
  404: {
    title: 'Page not found',
    message: 'There is nothing at this address. It may have moved, or the link may be wrong.',
  },
  405: {
    title: 'This cannot be done here',
    message: 'The page exists, but it does not take this kind of request.',
  },
  410: {
    title: 'This link no longer works',
    message: 'It was used already, a newer one took its place, or its time is over.',
  },
  413: { title: 'That was too much', message: 'What was sent is larger than this store takes.' },
  415: { title: 'This format is not understood', message: 'The store does not read what was sent.' },
  416: { title: 'There is no such part', message: 'The file is shorter than what was asked for.' },
  429: { title: 'Too many attempts', message: 'Please wait a moment, then try again.' },
  500: {
    title: 'Something went wrong',
    message: 'The fault is ours, and it has been written down. Please try again.',
  },
  503: {
    title: 'The store is busy',
    message: 'It cannot answer right now. Please try again in a few seconds.',
  },
};

export const STALE_FORM = {
  title: 'This form was open too long',
  message:
    'For your safety a form can be sent only in the session in which it was opened, and that one has ended. ' +
    'Nothing was changed. Go back to the form and send it again; what you typed is kept, but for passwords.',
  link: 'Back to the form',
  apiClient: `This form needs the token of its page. Programs use the API: see ${paths.apiDocs()}.`,
};

export const NOTHING_SAVED = {
  title: 'We can’t save anything right now',
  message:
    'Nothing was changed. Logging in and sending forms won’t work until there is room again; if you are logged in, ' +
    'you can read on. Please try again in a few minutes.',
};

const LINKS = { guest: 'To the login page', member: 'To the store' };

/** How long to wait when the database is away, in milliseconds. */
export const UNAVAILABLE_PAUSE = 5 * SECOND;

/**
 * Turns whatever was thrown into a page, or JSON for those who ask for it. What is not expected is a 500 that
 * says nothing but a reference; the log holds the rest under it.
 */
export function errorPages(logger: Logger): ErrorRequestHandler {
  return async (error: unknown, req, res, _next) => {
    if (res.headersSent) {
      // Too late for a page: express-session may still save when the headers are gone.
      logger.error({ err: error, id: res.requestId }, 'failed after the answer began');
      return;
    }
    try {
      await answer(error, req, res);
    } catch (failure) {
      await answerFailure(failure, req, res);
    }
  };
}

/** Sets Retry-After (RFC 9110, 10.2.3), rounding milliseconds up to whole seconds. */
export function setRetryAfter(res: Response, milliseconds: number): void {
  res.set('Retry-After', String(Math.ceil(milliseconds / SECOND)));
}

/** What becomes of anything that was thrown: an expected end of a request, or a 500. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (writeRefusalOf(error)) return new Problem(503, NOTHING_SAVED.message, UNAVAILABLE_PAUSE);
  if (isUnavailable(error)) return new Problem(503, '', UNAVAILABLE_PAUSE);
  if (isStaleToken(error)) return new Problem(403, STALE_FORM.message);
  const { status, type, retryAfter } = error as { status?: unknown; type?: unknown; retryAfter?: number };
  // body-parser calls too many fields 413; they are no larger than the body limit, only senseless.
  if (type === 'parameters.too.many') return new Problem(400);
  if (typeof status === 'number' && status in TEXTS)
    return new Problem(status as ProblemStatus, '', retryAfter);
  return new Problem(typeof status === 'number' && status >= 400 && status < 500 ? 400 : 500);
}

/** What a problem tells whoever asked: its own message, or what is always said with its status. */
export function problemText({ status, message }: Problem): string {
  return message || TEXTS[status].message;
}

/** Sets what the answer to whatever was thrown has in every format, and what the log says of it. */
export function beginAnswer(error: unknown, req: Request, res: Response): Problem {
  const problem = problemOf(error);
  res.fault = problem.status >= 500 ? error : undefined;
  res.status(problem.status);
  if (problem.retryAfter) setRetryAfter(res, problem.retryAfter);
  // What the database did not take would be tried again with this answer, and hold it up.
  if (isUnavailable(error)) forgetSession(req);
  return problem;
}

/** Where a page without a way on of its own leads. */
export function homeOf({ user }: Request): { url: string; label: string } {
  return user ? { url: paths.store(), label: LINKS.member } : { url: paths.login(), label: LINKS.guest };
}

async function answer(error: unknown, req: Request, res: Response): Promise<void> {
  const problem = beginAnswer(error, req, res);
  const { status } = problem;
  const stale = isStaleToken(error);
  const special = stale ? STALE_FORM : writeRefusalOf(error) && NOTHING_SAVED;
  const { title } = special ?? TEXTS[status];
  const message = problemText(problem);
  const { requestId } = res;

  if (req.accepts(['html', 'json']) === 'json') {
    const text = stale ? STALE_FORM.apiClient : message;
    res.set('Cache-Control', 'no-store').json({ error: { status, title, message: text, requestId } });
    return;
  }
  // A browser would follow `//host` to another site.
  const next = stale && isSameSitePath(req.path) ? { url: req.path, label: STALE_FORM.link } : homeOf(req);
  // Nothing of the address, which may be anything, is printed on the page of an error.
  await res.page('errors/error', { title, status, message, next, requestId, from: '' });
}

/** The error page failed in its turn: its session could not be saved, or its template is broken. */
async function answerFailure(failure: unknown, req: Request, res: Response): Promise<void> {
  try {
    if (isUnavailable(failure)) return await answer(failure, req, res);
  } catch {
    // The text below says the least that still helps.
  }
  res.fault = failure;
  res.status(500).type('text').send(`${TEXTS[500].message}\nReference: ${res.requestId}\n`);
}

declare global {
  namespace Express {
    interface Response {
      /** What went wrong inside, for the log alone. */
      fault?: unknown;
    }
  }
}
