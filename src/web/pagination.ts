import { NUMBER } from './ids.ts';

/** How many pages are named on each side of the current one. */
const AROUND = 1;

/** The links under a long list, as the pagination partial prints them. @returns undefined on the only page */
export function paginate(current: number, pageCount: number, urlOf: (page: number) => string) {
  if (pageCount <= 1) return undefined;
  const pages: ({ number: number; url: string; current: boolean } | { gap: true })[] = [];
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

/** The address of a list with what it is asked for; what is empty or not said, and the first page, stay out of it. */
export function listUrl(path: string, asked: Record<string, string | number | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(asked)) {
    const isDefault = value === undefined || value === '' || (name === 'page' && value === 1);
    if (!isDefault) query.set(name, String(value));
  }
  return query.size > 0 ? `${path}?${query}` : path;
}

/** The links to the pages beside one, as the older-newer partial prints them. @returns undefined on the only page */
export function stepLinks(
  { newer, older }: { newer: string | undefined; older: string | undefined },
  labels = { newer: 'Previous', older: 'Next' },
) {
  if (newer === undefined && older === undefined) return undefined;
  return {
    newer: newer && { url: newer, label: labels.newer },
    older: older && { url: older, label: labels.older },
  };
}
