import { describe, expect, test } from 'vitest';
import { paginate } from './pagination.ts';

/** The links as a person sees them: `1 … 4 [5] 6 … 9`. */
function seen(current: number, pageCount: number): string {
  const pages = paginate(current, pageCount, String)?.pages ?? [];
  return pages
    .map((page) => {
      if ('gap' in page) return '…';
      return page.current ? `[${page.number}]` : String(page.number);
    })
    .join(' ');
}

test.each([0, 1])('a list of %d pages needs no links', (pageCount) => {
  expect(paginate(1, pageCount, String)).toBeUndefined();
});

describe('the links', () => {
  test.each([
    [1, 2, '[1] 2'],
    [2, 3, '1 [2] 3'],
    [1, 5, '[1] 2 … 5'],
    [3, 5, '1 2 [3] 4 5'],
    [5, 5, '1 … 4 [5]'],
    [5, 9, '1 … 4 [5] 6 … 9'],
    [1, 100, '[1] 2 … 100'],
  ])('on page %d of %d are %s', (current, pageCount, text) => {
    expect(seen(current, pageCount)).toBe(text);
  });

  test('lead where the list says, and say where one is', () => {
    const pagination = paginate(2, 3, (page) => `/store?page=${page}`);
    expect(pagination).toEqual({
      label: 'Page 2 of 3',
      previous: '/store?page=1',
      next: '/store?page=3',
      pages: [
        { number: 1, url: '/store?page=1', current: false },
        { number: 2, url: '/store?page=2', current: true },
        { number: 3, url: '/store?page=3', current: false },
      ],
    });
  });

  test('have nothing before the first and nothing after the last', () => {
    expect(paginate(1, 3, String)).not.toHaveProperty('previous');
    expect(paginate(3, 3, String)).not.toHaveProperty('next');
  });
});
