import type { Request } from 'express';
import { hashToken } from '../tokens.ts';
import { isSameSitePath } from './redirect.ts';

/** Fields that are never kept, not even for a moment in the session. */
const SECRET_FIELD = /password|token|code|secret|credential/i;
const DRAFT_BYTES = 10_000;
/** What our pages put into every form themselves: the token, and who was logged in when it was shown. */
const OWN_FIELDS = new Set(['_csrf', '_member']);

/** Values by their fields' names; a list where several boxes of one name were ticked. */
export type DraftValues = Record<string, string | string[]>;

/** What was typed into a form that could not be taken yet. */
export interface Draft {
  /** Where the form was sent to. */
  path: string;
  values: DraftValues;
  /** Whether something secret was typed as well, which is not kept. */
  incomplete: boolean;
}

declare module 'express-session' {
  interface SessionData {
    /**
     * A form that came too late to be taken, kept until it is shown again. Of its path the hash alone: that of a
     * mailed link holds a secret.
     */
    draft?: Pick<Draft, 'values'> & { pathHash: string };
    /**
     * A form that came after its session had ended, kept until its member has logged in again: nobody else who uses
     * the browser is shown what was typed.
     */
    interrupted?: Draft & { memberId: number };
  }
}

/**
 * Gives what was typed into the form of a request, but for secrets; undefined when it is too much to keep, or its
 * path, shown in a page, would lead to another site (`//host`).
 */
function draftOf(req: Request): Draft | undefined {
  if (!isSameSitePath(req.path)) return undefined;
  const typed = Object.entries((req.body ?? {}) as Record<string, unknown>).filter(
    (field): field is [string, string | string[]] => typeof field[1] === 'string' || Array.isArray(field[1]),
  );
  const kept = typed.filter(([name]) => !SECRET_FIELD.test(name) && !OWN_FIELDS.has(name));
  const values = Object.fromEntries(kept);
  if (JSON.stringify(values).length > DRAFT_BYTES) return undefined;
  const incomplete = typed.some(([name, value]) => !OWN_FIELDS.has(name) && value && !(name in values));
  return { path: req.path, values, incomplete };
}

/** Keeps what was typed, so that the form's page shows it again. @returns false when it is too much */
export function keepDraft(req: Request): boolean {
  const draft = draftOf(req);
  if (draft) putDraft(req, draft);
  return draft !== undefined;
}

/** Has the page of a form show what was typed into it, the next time it is opened. */
export function putDraft(req: Request, { path, values }: Draft): void {
  req.session.draft = { pathHash: hashToken(path), values };
}

/** Takes back what was typed into the form of this path before it could not be taken; empty when nothing was. */
export function takeDraft(req: Request): DraftValues {
  const { draft } = req.session;
  if (!draft || draft.pathHash !== hashToken(req.path)) return {};
  delete req.session.draft;
  return draft.values;
}

/** Keeps a form that came after its session had ended; of one that does not say whose it was, nothing is kept. */
export function keepInterrupted(req: Request): void {
  const draft = draftOf(req);
  const memberId = Number(req.body?._member);
  if (draft && memberId > 0) req.session.interrupted = { ...draft, memberId };
}

/** Forgets a form that came after its session had ended, once it comes again: now it is carried out or shown anew. */
export function forgetInterrupted(req: Request): void {
  if (req.method !== 'GET' && req.session.interrupted?.path === req.path) delete req.session.interrupted;
}
