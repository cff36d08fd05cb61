import { isUtf8 } from 'node:buffer';
import express, { type Request, type RequestHandler } from 'express';
import { paths } from '../paths.ts';
import { Problem } from './problems.ts';

const BODY_LIMIT = '100kb';
/** Forms into which somebody pastes a list of thousands. */
const LONG_FORMS: ReadonlySet<string> = new Set([paths.newInvitations()]);
const LONG_BODY_LIMIT = '1mb';
const FIELD_LIMIT = 200;

const MALFORMED = 'The request holds characters that no form of ours sends.';

export const JSON_BODY_TEXTS = {
  notUtf8: 'The body is not in UTF-8.',
  charset: 'The body must be in UTF-8.',
  unreadable: 'The body holds characters that no database keeps: NUL, or half of a surrogate pair.',
  notJson: 'The body is not JSON.',
  notAnObject: 'The body must be a JSON object.',
  mediaType: 'The body must be JSON, with the Content-Type application/json.',
};

/**
 * A NUL, which PostgreSQL cannot store, the mark that a decoder leaves for bytes that are not UTF-8, or half of a
 * surrogate pair, which JSON can spell.
 */
const UNREADABLE = /[\0\ufffd]|\p{Surrogate}/u;

/**
 * Reads form bodies: flat fields only, at most 100 kB (1 MB where lists are pasted) and 200 fields, in UTF-8. To come
 * before the session is looked up: a sender can keep a body back for minutes, and who may do what is to be decided
 * when it is whole. What cannot be read is refused by `refuseMalformedBodies`, on a page that knows whose it is.
 */
export function readForms(): RequestHandler {
  const readShort = formReader(BODY_LIMIT);
  const readLong = formReader(LONG_BODY_LIMIT);
  return keepRefusal((req, res, next) => {
    const read = LONG_FORMS.has(req.path) ? readLong : readShort;
    read(req, res, next);
  });
}

/** Goes on with a request whose body could not be read, and leaves why to those who refuse it later. */
function keepRefusal(
  read: RequestHandler,
  refusalOf = (_req: Request, error: unknown) => error,
): RequestHandler {
  return (req, res, next) => {
    read(req, res, (error?: unknown) => {
      req.bodyRefusal = refusalOf(req, error);
      next();
    });
  };
}

function formReader(limit: string): RequestHandler {
  return express.urlencoded({
    extended: false,
    limit,
    parameterLimit: FIELD_LIMIT,
    verify: (_req, _res, bytes) => {
      if (!isUtf8(bytes)) throw new Problem(400, MALFORMED);
    },
  });
}

declare global {
  namespace Express {
    interface Request {
      /** Why the body could not be read. */
      bodyRefusal?: unknown;
    }
  }
}

/** Refuses addresses that are no path, do not decode or hold unreadable characters. */
export const refuseMalformedUrls: RequestHandler = (req, _res, next) => {
  // `*`, the whole server (RFC 9112, 3.2.4): nothing here answers for it.
  if (!req.path.startsWith('/')) throw new Problem(400, MALFORMED);
  // Most addresses hold no percent sign: nothing to decode.
  if (req.url.includes('%')) {
    try {
      if (UNREADABLE.test(decodeURIComponent(req.url))) throw new Problem(400, MALFORMED);
    } catch {
      throw new Problem(400, MALFORMED);
    }
  }
  next();
};

/** Refuses bodies that could not be read or hold unreadable characters in a field's name or value. */
export const refuseMalformedBodies: RequestHandler = (req, _res, next) => {
  if (req.bodyRefusal) return next(req.bodyRefusal);
  const fields = Object.entries((req.body ?? {}) as Record<string, unknown>);
  if (fields.some((field) => UNREADABLE.test(String(field)))) throw new Problem(400, MALFORMED);
  next();
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
      if (encoding !== 'utf-8') throw new Problem(415, JSON_BODY_TEXTS.charset);
      if (!isUtf8(bytes)) throw new Problem(400, JSON_BODY_TEXTS.notUtf8);
    },
  });
  return keepRefusal(read, jsonRefusal);
}

/** Refuses what `readJson` could not read. */
export const refuseMalformedJson: RequestHandler = (req, _res, next) => {
  next(req.bodyRefusal);
};

function jsonRefusal(req: Request, error: unknown): unknown {
  if ((error as { type?: unknown } | undefined)?.type === 'entity.parse.failed')
    return new Problem(400, JSON_BODY_TEXTS.notJson);
  if (error) return error;
  const { headers } = req;
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
  if (!hasBody) return undefined;
  if (!req.is('application/json')) return new Problem(415, JSON_BODY_TEXTS.mediaType);
  if (typeof req.body !== 'object' || req.body === null || Array.isArray(req.body)) {
    return new Problem(400, JSON_BODY_TEXTS.notAnObject);
  }
  return isReadable(req.body) ? undefined : new Problem(400, JSON_BODY_TEXTS.unreadable);
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
