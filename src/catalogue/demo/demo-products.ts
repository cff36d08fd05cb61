import type { DemoProduct } from './demo-product.ts';
import { computing } from './products/computing.ts';
import { desk } from './products/desk.ts';
import { household } from './products/household.ts';
import { kitchen } from './products/kitchen.ts';
import { pantry } from './products/pantry.ts';

/** The categories of the demo store, in shelf order. */
export const demoCategories: readonly { slug: string; name: string }[] = [
  { slug: 'computing', name: 'Computing' },
  { slug: 'desk', name: 'Desk and paper' },
  { slug: 'kitchen', name: 'Kitchen' },
  { slug: 'pantry', name: 'Pantry' },
  { slug: 'household', name: 'Household' },
];

/** The 24 products of the demo store, in shelf order. */
export const demoProducts: readonly DemoProduct[] = [
  ...computing,
  ...desk,
  ...kitchen,
  ...pantry,
  ...household,
];
