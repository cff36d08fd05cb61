/** From this many on, how many are left is nobody's concern. */
const PLENTY = 6;

const TEXTS = {
  in: 'In stock',
  low: (left: number) => `Only ${left} left`,
  out: 'Out of stock',
};

/**
 * Whether a product can be had, as a kind for its look and in words.
 *
 * @param onHand how many units are in stock
 */
export function availabilityOf(onHand: number): { kind: 'in' | 'low' | 'out'; text: string } {
  if (onHand <= 0) return { kind: 'out', text: TEXTS.out };
  if (onHand < PLENTY) return { kind: 'low', text: TEXTS.low(onHand) };
  return { kind: 'in', text: TEXTS.in };
}
