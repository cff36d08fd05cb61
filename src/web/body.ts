import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { paths } from '../paths.ts';
import { Problem } from './problems.ts';

const BODY_LIMIT = '100kb';
/** Forms into which somebody pastes a list of thousands. */
const LONG_FORMS: ReadonlySet<string> = new Set([paths.newInvitations()]);
const LONG_BODY_LIMIT = '1mb';
const FIELD_LIMIT = 200;

const MALFORMED = 'The request holds characters that no form of ours sends.';

/**
 * A NUL, which PostgreSQL cannot store, the mark that a decoder leaves for bytes that are not UTF-8, or half of a
 * surrogate pair, which JSON can spell.
 */
export const UNREADABLE = /[\0\ufffd]|\p{Surrogate}/u;

/**
 * Reads form bodies: flat fields only, at most 100 kB (1 MB where lists are pasted) and 200 fields, in UTF-8. To come
 * before the session is looked up: a sender can keep a body back for minutes, and who may do what is to be decided
 * when it is whole. What cannot be read is refused by `refuseMalformedBodies`, on a page that knows whose it is.
 */
export function readForms(): RequestHandler {
  const readShort = formReader(BODY_LIMIT);
  const readLong = formReader(LONG_BODY_LIMIT);
  return (req, res, next) => {
    const read = LONG_FORMS.has(req.path) ? readLong : readShort;
    read(req, res, (error?: unknown) => {
      req.bodyRefusal = error;
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
