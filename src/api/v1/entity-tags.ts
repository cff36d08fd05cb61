import { createHash } from 'node:crypto';
import type { Reply, ReplyDocument } from './operation.ts';
import { ApiProblem } from './problem-details.ts';

const TEXTS = {
  unchanged: 'It is as it was when you read it.',
};

const TAG_LENGTH = 27;

/** Makes a strong entity tag of what is sent (RFC 9110, 8.8.3): the same as long as not a byte of it changes. */
export function entityTagOf(body: unknown): string {
  const bytes = body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body));
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, TAG_LENGTH)}"`;
}

/** An answer with its entity tag, of the bytes that are sent. */
export function taggedReply(body: unknown): Reply {
  const bytes = Buffer.from(JSON.stringify(body));
  return { status: 200, body: bytes, etag: entityTagOf(bytes) };
}

/** The answers of what is read with an entity tag, for the documentation. */
export function taggedAnswers(answer: ReplyDocument): Record<number, ReplyDocument> {
  return { 200: answer, 304: { ...answer, description: TEXTS.unchanged, schema: undefined } };
}

/** Whether an edit is of what its sender has read (RFC 9110, 13.1.1). Weak tags never match, as it says there. */
export function isMatch(ifMatch: string | undefined, present: string): boolean {
  if (ifMatch === undefined) return true;
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  return tags.includes('*') || tags.includes(present);
}

/** The same, for who goes on only then. @throws ApiProblem when it was changed meanwhile */
export function requireMatch(ifMatch: string | undefined, present: string): void {
  if (!isMatch(ifMatch, present)) throw new ApiProblem('precondition-failed');
}

/**
 * Whether what somebody has is what they would get (RFC 9110, 13.1.2). Unlike Express's `req.fresh` it also says so to
 * `fetch`, which sends `Cache-Control: no-cache` along with an If-None-Match of its caller.
 */
export function isUnchanged(ifNoneMatch: string | undefined, present: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(present);
}
