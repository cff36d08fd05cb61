import type { Response } from 'express';
import { waitText } from '../shared/format/durations.ts';
import type { FieldErrors, InvalidForm } from '../shared/validation.ts';
import { setRetryAfter } from './errors.ts';

/**
 * Makes an answer 429 with Retry-After (RFC 6585, 4).
 *
 * @param retryAfter in milliseconds
 * @returns the message for its page
 */
export function throttledText(
  res: Response,
  { retryAfter }: { retryAfter: number },
  text: (wait: string) => string,
): string {
  setRetryAfter(res.status(429), retryAfter);
  return text(waitText(retryAfter));
}

/** What a page says of a form that was not taken: what is wrong with its fields, or with all of it. */
export interface RefusedForm {
  errors?: FieldErrors;
  error?: string;
}

/**
 * Makes the answer to a form 422 for what is wrong in it, 429 for one that came too often.
 *
 * @param throttled the message for the latter
 * @returns what its page says
 */
export function refusedForm(
  res: Response,
  refusal: InvalidForm | { problem: 'throttled'; retryAfter: number },
  throttled: (wait: string) => string,
): RefusedForm {
  if (refusal.problem === 'throttled') return { error: throttledText(res, refusal, throttled) };
  res.status(422);
  return { errors: refusal.errors };
}
