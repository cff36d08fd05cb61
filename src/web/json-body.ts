import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler } from 'express';
import { UNREADABLE } from './body.ts';
import { Problem } from './problems.ts';

const BODY_LIMIT = '100kb';

export const TEXTS = {
  notUtf8: 'The body is not in UTF-8.',
  charset: 'The body must be in UTF-8.',
  unreadable: 'The body holds characters that no database keeps: NUL, or half of a surrogate pair.',
  notJson: 'The body is not JSON.',
  notAnObject: 'The body must be a JSON object.',
  mediaType: 'The body must be JSON, with the Content-Type application/json.',
};

/**
 * Reads JSON bodies: one object of at most 100 kB in UTF-8. As with forms (see `readForms`) it comes before anything
 * is looked up for the request, and what cannot be read is refused by `refuseMalformedJson`, once it is known who asks.
 * Of a name that is given twice the last one counts (RFC 8259, 4, leaves that open).
 */
export function readJson(): RequestHandler {
  const read = express.json({
    limit: BODY_LIMIT,
    // `null` is JSON, and refused for what it is.
    strict: false,
    verify: (_req, _res, bytes, encoding) => {
      if (encoding !== 'utf-8') throw new Problem(415, TEXTS.charset);
      if (!isUtf8(bytes)) throw new Problem(400, TEXTS.notUtf8);
    },
  });
  return (req, res, next) => {
    read(req, res, (error?: unknown) => {
      req.bodyRefusal = error
        ? isSyntaxError(error)
          ? new Problem(400, TEXTS.notJson)
          : error
        : refusalOf(req);
      next();
    });
  };
}

/** Refuses what `readJson` could not read. */
export const refuseMalformedJson: RequestHandler = (req, _res, next) => {
  next(req.bodyRefusal);
};

/** Whether a request came with a body, whatever it is. */
export function hasBody(req: Request): boolean {
  return req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
}

function refusalOf(req: Request): Problem | undefined {
  if (!hasBody(req)) return undefined;
  if (!req.is('application/json')) return new Problem(415, TEXTS.mediaType);
  if (typeof req.body !== 'object' || req.body === null || Array.isArray(req.body)) {
    return new Problem(400, TEXTS.notAnObject);
  }
  return isReadable(req.body) ? undefined : new Problem(400, TEXTS.unreadable);
}

/** Whether every text in it can be kept. With a list of what is left to look at: a body may be nested deeply. */
function isReadable(body: object): boolean {
  const left: unknown[] = [body];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' && UNREADABLE.test(value)) return false;
    if (typeof value === 'object' && value !== null) {
      if (!Array.isArray(value)) left.push(...Object.keys(value));
      // One by one: a list may be longer than what a function takes.
      for (const inside of Object.values(value)) left.push(inside);
    }
  }
  return true;
}

function isSyntaxError(error: unknown): boolean {
  return (error as { type?: unknown }).type === 'entity.parse.failed';
}
