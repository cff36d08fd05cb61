import { NUMBER } from './ids.ts';

/** The links under a long list, as the pagination partial prints them. */
export interface Pagination {
  label: string;
  previous?: string;
  next?: string;
  pages: ({ number: number; url: string; current: boolean } | { gap: true })[];
}

/** How many pages are named on each side of the current one. */
const AROUND = 1;

/** @returns undefined when everything fits on one page */
export function paginate(
  current: number,
  pageCount: number,
  urlOf: (page: number) => string,
): Pagination | undefined {
  if (pageCount <= 1) return undefined;
  const pages: Pagination['pages'] = [];
  for (let number = 1; number <= pageCount; number += 1) {
    const near = number === 1 || number === pageCount || Math.abs(number - current) <= AROUND;
    if (near) pages.push({ number, url: urlOf(number), current: number === current });
    else if (!('gap' in (pages.at(-1) ?? {}))) pages.push({ gap: true });
  }
  return {
    label: `Page ${current} of ${pageCount}`,
    pages,
    ...(current > 1 ? { previous: urlOf(current - 1) } : {}),
    ...(current < pageCount ? { next: urlOf(current + 1) } : {}),
  };
}

/** Reads the number of a page from an address; what makes no sense is the first page. */
export function pageNumber(text: unknown): number {
  return typeof text === 'string' && NUMBER.test(text) ? Number(text) : 1;
}
