import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/** What is known of a request when it is answered. */
export interface AnsweredRequest {
  method: string;
  /** The pattern of the route that took it; undefined when none did. */
  route: string | undefined;
  status: number;
  seconds: number;
  /** Whether whoever asked did not wait for the whole answer. */
  aborted: boolean;
}

/**
 * Gives every request an id, sent as X-Request-Id and shown on error pages, and logs one line when it is
 * answered: id, user id, method, route, status, milliseconds. The route is the pattern, never the address:
 * addresses hold tokens and what people searched for.
 *
 * @param count is told of each as well
 */
export function requestLog(logger: Logger, count?: (request: AnsweredRequest) => void): RequestHandler {
  return (req, res, next) => {
    const start = process.hrtime.bigint();
    res.requestId = randomUUID();
    res.setHeader('X-Request-Id', res.requestId);
    res.on('close', () => {
      const ms = Number((process.hrtime.bigint() - start) / 10_000n) / 100;
      const aborted = !res.writableFinished;
      const line = {
        id: res.requestId,
        user: req.user?.id,
        method: req.method,
        route: req.route?.path ?? '-',
        status: res.statusCode,
        ms,
        aborted: aborted || undefined,
        err: res.fault,
      };
      if (res.fault) logger.error(line, 'request');
      else logger.info(line, 'request');
      const { method, status } = line;
      count?.({ method, route: req.route?.path, status, seconds: ms / 1_000, aborted });
    });
    next();
  };
}

declare global {
  namespace Express {
    interface Response {
      requestId: string;
    }
  }
}
