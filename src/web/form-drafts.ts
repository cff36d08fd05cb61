import type { Request } from 'express';
import type { Database } from '../database/connection.ts';
import { createNetworkLimits, createThrottle, type Throttle } from '../rate-limits/throttle.ts';
import { HOUR } from '../shared/clock.ts';
import { hashToken } from '../shared/crypto/random-token.ts';
import { clientOf } from './client.ts';
import { isReturnPath } from './redirect.ts';

/** Fields that are never kept, not even for a moment in the session. */
const SECRET_FIELD = /password|token|code|secret|credential/i;
export const DRAFT_BYTES = 10_000;
/** How many forms are kept of everybody from one network within an hour. */
export const DRAFTS = { points: 40, duration: HOUR };
/** What our pages put into forms themselves: the token, who was logged in when it was shown, and which form it is. */
const OWN_FIELDS = new Set(['_csrf', '_member', 'form_key']);

/** Values by their fields' names; a list where several boxes of one name were ticked. */
type DraftValues = Record<string, string | string[]>;

/** What was typed into a form that could not be taken yet. */
interface Draft {
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

const LIMIT = 'limit of drafts';

/** Has an app keep what was typed into forms, as much of each network as is reasonable. */
export function installDrafts(app: Request['app'], db: Database): void {
  app.set(LIMIT, createThrottle(createNetworkLimits(db, 'drafts', DRAFTS)));
}

/**
 * Gives what was typed into the form of a request, but for secrets; undefined when it is too much to keep, the network
 * has left too much already, or its path, shown in a page, would lead to another site (`//host`).
 */
async function draftOf(req: Request): Promise<Draft | undefined> {
  if (!isReturnPath(req.path)) return undefined;
  const typed = Object.entries((req.body ?? {}) as Record<string, unknown>).filter(
    (field): field is [string, string | string[]] => typeof field[1] === 'string' || Array.isArray(field[1]),
  );
  const keepable = typed.filter(([name]) => !SECRET_FIELD.test(name) && !OWN_FIELDS.has(name));
  const values = Object.fromEntries(keepable);
  if (Buffer.byteLength(JSON.stringify(values)) > DRAFT_BYTES) return undefined;
  const limit: Throttle<string> = req.app.get(LIMIT);
  if ((await limit.take(clientOf(req).network)) > 0) return undefined;
  const incomplete = typed.some(([name, value]) => !OWN_FIELDS.has(name) && value && !(name in values));
  return { path: req.path, values, incomplete };
}

/** Keeps what was typed, so that the form's page shows it again. @returns false when it is too much */
export async function keepDraft(req: Request): Promise<boolean> {
  const draft = await draftOf(req);
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
export async function keepInterrupted(req: Request): Promise<void> {
  const memberId = Number(req.body?._member);
  if (!(memberId > 0)) return;
  const draft = await draftOf(req);
  if (draft) req.session.interrupted = { ...draft, memberId };
}

/** Forgets a form that came after its session had ended, once it comes again: now it is carried out or shown anew. */
export function forgetInterrupted(req: Request): void {
  if (req.method !== 'GET' && req.session.interrupted?.path === req.path) delete req.session.interrupted;
}
