import type { NextFunction, Request, Response } from 'express';

/** The statuses that have a page of their own. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 410 | 413 | 415 | 416 | 429 | 500 | 503;

/** A request that ends in an error page. Anything else that is thrown becomes a 500. */
export class Problem extends Error {
  readonly status: ProblemStatus;
  /** In milliseconds; becomes the Retry-After header. */
  readonly retryAfter: number | undefined;

  /** @param message replaces the status's usual text; it is shown, so it must hold nothing secret */
  constructor(status: ProblemStatus, message = '', retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Ends a request that no route took. */
export function notFound(_req: Request, _res: Response, next: NextFunction): void {
  next(new Problem(404));
}
