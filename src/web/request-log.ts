import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/**
 * Gives every request an id, sent as X-Request-Id and shown on error pages, and logs one line when it is
 * answered: id, user id, method, route, status, milliseconds. The route is the pattern, never the address:
 * addresses hold tokens and what people searched for.
 */
export function requestLog(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const start = process.hrtime.bigint();
    res.requestId = randomUUID();
    res.setHeader('X-Request-Id', res.requestId);
    res.on('close', () => {
      const line = {
        id: res.requestId,
        user: req.user?.id,
        method: req.method,
        route: req.route?.path ?? '-',
        status: res.statusCode,
        ms: Number((process.hrtime.bigint() - start) / 10_000n) / 100,
        aborted: res.writableFinished ? undefined : true,
        err: res.fault,
      };
      if (res.fault) logger.error(line, 'request');
      else logger.info(line, 'request');
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
