import { entityTagOf } from '../entity-tags.ts';
import type { Reply } from '../operation.ts';

/** The header of answers that stay the same while the catalogue does, in words. */
export const ETAG = {
  ETag: 'Changes with whatever is in the answer. Send it as If-None-Match the next time.',
};

/** Makes the bytes that are sent, and their tag, once. */
export function readyMade(reply: Reply): Reply {
  const body = Buffer.from(JSON.stringify(reply.body));
  return { ...reply, body, etag: entityTagOf(body) };
}
