import type { Response } from 'express';
import { waitText } from '../shared/format/durations.ts';
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
