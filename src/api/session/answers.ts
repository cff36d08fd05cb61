import type { ErrorRequestHandler, Request, Response } from 'express';
import { waitText } from '../../shared/format/durations.ts';
import type { FieldErrors } from '../../shared/validation.ts';
import { beginAnswer, problemText } from '../../web/errors.ts';
import { Problem } from '../../web/problems.ts';
import { saveChanges } from '../../web/session.ts';

const TEXTS = {
  throttled: (wait: string) => `Too many attempts. Try again in ${wait}.`,
};

/** Answers with JSON, when the session is safely stored. */
export async function answer(req: Request, res: Response, status: number, body: object): Promise<void> {
  await saveChanges(req);
  res.status(status).json(body);
}

/** Ends a request that came too often. @param retryAfter in milliseconds */
export function throttled(retryAfter: number): Problem {
  return new Problem(429, TEXTS.throttled(waitText(retryAfter)), retryAfter);
}

/** The messages of some fields as one text, in the order of the fields. */
export function messageOf(errors: FieldErrors, fields: readonly string[]): string {
  return fields.flatMap((field) => errors[field] ?? []).join(' ');
}

/** A field of the body that is text and not empty; undefined for everything else. */
export function textIn(req: Request, field: string): string | undefined {
  const value: unknown = Object.hasOwn(req.body ?? {}, field) ? req.body[field] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Answers with JSON whatever was thrown: `{"error": …}`, and of a fault of ours no more than that it is one. */
export const sessionProblems: ErrorRequestHandler = (error: unknown, req, res, next) => {
  if (res.headersSent) return next(error);
  const problem = beginAnswer(error, req, res);
  res.set('Cache-Control', 'no-store').json({ error: problemText(problem) });
};
