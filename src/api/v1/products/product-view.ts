import { z } from 'zod';
import { availabilityOf } from '../../../catalogue/product-view.ts';
import type { Product } from '../../../catalogue/products.table.ts';
import { paths } from '../../../paths.ts';

/** The header of answers that stay the same while the catalogue does, for the documentation. */
export const ETAG = {
  ETag: 'Changes with whatever is in the answer. Send it as If-None-Match the next time.',
};

export const categorySchema = z
  .strictObject({
    slug: z.string().describe('For the parameter `category` of the list of products.'),
    name: z.string(),
  })
  .meta({ id: 'Category' });

export const productSchema = z
  .strictObject({
    id: z.int().positive(),
    sku: z.string().describe('The number of the article.'),
    slug: z.string().describe('Its name in addresses.'),
    name: z.string(),
    description: z.string(),
    unit: z.string().describe('What one of it is: `each`, `pack of 10`.'),
    price: z.strictObject({
      amount_minor: z
        .int()
        .min(0)
        .describe('In the minor unit of the currency, such as paise or cents: never a fraction.'),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .describe('As in ISO 4217.'),
    }),
    availability: z.enum(['in', 'low', 'out']).describe('In stock, only a few left, or out of stock.'),
    on_hand: z
      .int()
      .min(0)
      .nullable()
      .describe('How many are left when they are few; null when there are plenty.'),
    category: categorySchema,
    picture: z
      .strictObject({
        url: z.string().describe('On this host; takes the token that the product took.'),
        alt: z.string().describe('What there is to see.'),
      })
      .nullable()
      .describe('null when there is none.'),
    url: z.string().describe('Its page in the store, on this host, for people.'),
  })
  .meta({ id: 'Product' });

/** A product as API clients see it: the same that its page shows to members. */
export function productView(product: Product): z.output<typeof productSchema> {
  const { id, sku, slug, name, description, unit, onHand, pictureHash } = product;
  const availability = availabilityOf(onHand).kind;
  return {
    id,
    sku,
    slug,
    name,
    description,
    unit,
    price: { amount_minor: product.priceMinor, currency: product.currency },
    availability,
    on_hand: availability === 'in' ? null : Math.max(0, onHand),
    category: { slug: product.categorySlug, name: product.category },
    picture: pictureHash === null ? null : { url: paths.apiPicture(slug), alt: product.pictureAlt },
    url: paths.product(slug),
  };
}
