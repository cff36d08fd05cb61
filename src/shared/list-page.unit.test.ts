import { expect, test } from 'vitest';
import { type Beside, readListPage } from './list-page.ts';

const SIZE = 3;

/** A page of the rows 1 to `count`, beside one of them. */
function page(count: number, place?: Beside & { row: number }) {
  const rows = Array.from({ length: count }, (_none, index) => index + 1);
  return readListPage(SIZE, place, async (limit, beside?: Beside & { row: number }) => {
    if (beside?.direction === 'before') return rows.filter((row) => row < beside.row).slice(-limit);
    return rows.filter((row) => !beside || row > beside.row).slice(0, limit);
  });
}

test('the first page leads on where there is more', async () => {
  expect(await page(0)).toEqual({ rows: [], previous: undefined, next: undefined });
  expect(await page(3)).toEqual({ rows: [1, 2, 3], previous: undefined, next: undefined });
  expect(await page(4)).toEqual({ rows: [1, 2, 3], previous: undefined, next: 3 });
});

test('a page in between leads both ways, and the last one back', async () => {
  expect(await page(8, { direction: 'after', row: 3 })).toEqual({ rows: [4, 5, 6], previous: 4, next: 6 });
  expect(await page(8, { direction: 'after', row: 6 })).toEqual({
    rows: [7, 8],
    previous: 7,
    next: undefined,
  });
  expect(await page(8, { direction: 'before', row: 7 })).toEqual({ rows: [4, 5, 6], previous: 4, next: 6 });
  expect(await page(8, { direction: 'before', row: 4 })).toMatchObject({ rows: [1, 2, 3], next: 3 });
});

test('a place that leads nowhere, or to less than a page before it, gives the first page', async () => {
  expect((await page(8, { direction: 'after', row: 8 })).rows).toEqual([1, 2, 3]);
  expect((await page(8, { direction: 'before', row: 3 })).rows).toEqual([1, 2, 3]);
});
