import { z } from 'zod';
import type { Reply } from './operation.ts';

const TEXTS = {
  limit: (most: number) => `Ask for 1 to ${most} at once.`,
  cursor: 'Invalid cursor. Use the one that came with the previous page.',
};

/** What a cursor is refused with that came from a list in another order. */
export const OTHER_LIST = TEXTS.cursor;

const DEFAULT_LIMIT = 25;
const MOST = 100;
const LONGEST_CURSOR = 1_000;

/** How many a list gives at once. */
export const limitField = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, TEXTS.limit(MOST))
  .transform(Number)
  .refine((limit) => limit <= MOST, TEXTS.limit(MOST))
  .default(DEFAULT_LIMIT)
  .describe(`How many at once; ${DEFAULT_LIMIT} when nothing is said.`)
  // What is text in the address.
  .meta({ type: 'integer', minimum: 1, maximum: MOST });

/** The field for a cursor: where the page before ended, in a form that nobody is to read. */
export function cursorField<Place extends z.ZodType>(place: Place) {
  return z
    .string()
    .max(LONGEST_CURSOR, TEXTS.cursor)
    .transform((text, context): z.output<Place> => {
      const read = place.safeParse(decode(text));
      if (read.success) return read.data;
      context.issues.push({ code: 'custom', message: TEXTS.cursor, input: text });
      return z.NEVER;
    })
    .optional()
    .describe('From `next_cursor` of the previous page.');
}

export function cursorOf(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

export function listSchema<Item extends z.ZodType>(id: string, item: Item) {
  return z
    .strictObject({
      data: z.array(item),
      next_cursor: z.string().nullable().describe('For the next page; null on the last.'),
    })
    .meta({ id });
}

/** The header that leads to the next page, for the documentation. */
export const NEXT_LINK = { Link: 'The next page, as `rel="next"`; none on the last.' };

/**
 * Makes the answer of a list, with a link to the next page (RFC 8288).
 *
 * @param url path and query as they came
 * @param found one more than `limit`, if there are more
 * @param placeOf what the cursor after a row holds
 */
export function listReply<Row>(
  url: string,
  { found, limit }: { found: readonly Row[]; limit: number },
  view: (row: Row) => unknown,
  placeOf: (row: Row) => unknown,
): Reply {
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  const next = last === undefined ? null : cursorOf(placeOf(last));
  return { status: 200, body: { data: rows.map(view), next_cursor: next }, links: nextLink(url, next) };
}

function nextLink(url: string, next: string | null): Record<string, string> {
  if (next === null) return {};
  // Of two question marks the second is part of the query.
  const [path = '', ...query] = url.split('?');
  const params = new URLSearchParams(query.join('?'));
  params.set('cursor', next);
  return { next: `${path}?${params}` };
}
