import type { z } from 'zod';
import type { productSchema } from './product-view.ts';

type Product = z.output<typeof productSchema>;

export const MUGS: Product = {
  id: 13,
  sku: 'KIT-3003',
  slug: 'stoneware-mugs',
  name: 'Stoneware mugs',
  description:
    'Four stacking mugs of 300 ml in four glazes, with a bare clay foot. They are safe in the dishwasher and the microwave.',
  unit: 'set of 4',
  price: { amount_minor: 124_000, currency: 'INR' },
  availability: 'in',
  on_hand: null,
  category: { slug: 'kitchen', name: 'Kitchen' },
  picture: {
    url: '/api/v1/products/stoneware-mugs/picture',
    alt: 'Four mugs in amber, blue-grey, brick red and green, stacked in twos',
  },
  url: '/store/stoneware-mugs',
};

export const CHEAPEST_OF_STEEL: { data: Product[]; next_cursor: string } = {
  data: [
    {
      id: 14,
      sku: 'KIT-3004',
      slug: 'water-bottle',
      name: 'Steel water bottle, 750 ml',
      description:
        'A single-wall stainless steel bottle with a screw cap and a carrying loop. It is light and easy to clean, but it does not keep drinks hot.',
      unit: 'each',
      price: { amount_minor: 69_900, currency: 'INR' },
      availability: 'in',
      on_hand: null,
      category: { slug: 'kitchen', name: 'Kitchen' },
      picture: {
        url: '/api/v1/products/water-bottle/picture',
        alt: 'A green steel bottle with a dark loop cap and a gate on its side',
      },
      url: '/store/water-bottle',
    },
  ],
  next_cursor: 'eyJzb3J0IjoicHJpY2UiLCJ2YWx1ZSI6Njk5MDAsImlkIjoxNH0',
};

export const CATEGORIES = {
  data: [
    { slug: 'computing', name: 'Computing' },
    { slug: 'desk', name: 'Desk and paper' },
    { slug: 'kitchen', name: 'Kitchen' },
    { slug: 'pantry', name: 'Pantry' },
    { slug: 'household', name: 'Household' },
  ],
  next_cursor: null,
};
