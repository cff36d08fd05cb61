import { expect, test } from 'vitest';
import { availabilityOf } from './product-view.ts';

test.each([
  [1_000, 'in', 'In stock'],
  [6, 'in', 'In stock'],
  [5, 'low', 'Only 5 left'],
  [1, 'low', 'Only 1 left'],
  [0, 'out', 'Out of stock'],
  [-1, 'out', 'Out of stock'],
])('%d units are %s: “%s”', (onHand, kind, text) => {
  expect(availabilityOf(onHand)).toEqual({ kind, text });
});
