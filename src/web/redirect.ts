import type { Request, Response } from 'express';
import { type FlashKind, flash } from './flash.ts';
import { saveChanges } from './session.ts';

/**
 * Answers 303 (See Other, RFC 9110 15.4.4): the browser asks for `path` with GET. The session is saved first,
 * or the next request could come before the flash.
 *
 * @param messages what the page there says first
 */
export async function seeOther(
  req: Request,
  res: Response,
  path: string,
  messages: { [Kind in FlashKind]?: string | undefined } = {},
): Promise<void> {
  for (const [kind, text] of Object.entries(messages)) if (text) flash(req, kind as FlashKind, text);
  await saveChanges(req);
  res.set('Cache-Control', 'no-store').redirect(303, path);
}

/** In characters: what is longer nobody was sent in a link. */
const LONGEST_RETURN_PATH = 512;

/**
 * Whether a text is a path of this site and nothing that a browser would follow elsewhere: `//host`,
 * `/\host` and `http:` are other sites, tabs and line ends are dropped by browsers (WHATWG URL, 4.4).
 */
export function isSameSitePath(text: string): boolean {
  return /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(text);
}

/** Whether a text is a path of this site that is worth keeping to come back to. */
export function isReturnPath(text: string): boolean {
  return text.length <= LONGEST_RETURN_PATH && isSameSitePath(text);
}
