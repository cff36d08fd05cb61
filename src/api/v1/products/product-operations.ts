import { z } from 'zod';
import { type ListPlace, listProducts, type OrderedProduct } from '../../../catalogue/product-lists.table.ts';
import { LONGEST_SEARCH, MOST_WORDS } from '../../../catalogue/product-search.ts';
import { findPicture, findProductBySlug, listCategories } from '../../../catalogue/products.table.ts';
import { cacheByVersion } from '../../../catalogue/version-cache.ts';
import { searchWords } from '../../../database/fold-case.ts';
import type { ApiContext } from '../../api-context.ts';
import { taggedAnswers, taggedReply } from '../entity-tags.ts';
import { cursorField, limitField, listReply, listSchema, NEXT_LINK, OTHER_LIST } from '../lists.ts';
import { type Operation, operation, type Reply } from '../operation.ts';
import { ApiProblem } from '../problem-details.ts';
import { CATEGORIES, CHEAPEST_OF_STEEL, MUGS } from './examples.ts';
import { categorySchema, ETAG, productSchema, productView } from './product-view.ts';

export const TEXTS = {
  search: `A search has at most ${LONGEST_SEARCH} characters.`,
  sort: 'Sort by name, price or -price.',
  noPicture: 'This product has no picture.',
};

const LONGEST_SLUG = 200;
/** How many answers are remembered at most; the largest has 100 products. */
const MOST_REMEMBERED = 100;

const id = z.int32().positive();
/** No database could be asked for more, or for a NUL or half of a surrogate pair. */
const nameKey = z
  .string()
  .max(500)
  .regex(/^[^\0\p{Surrogate}]*$/u);
const place = z.union([
  z.strictObject({ sort: z.literal('id'), id }),
  z.strictObject({ sort: z.literal('name'), value: nameKey, id }),
  z.strictObject({ sort: z.literal(['price', '-price']), value: z.int(), id }),
]);

const listQuery = z.object({
  q: z
    .string()
    .max(LONGEST_SEARCH, TEXTS.search)
    .default('')
    .describe('Words; each must be somewhere in name, number or description.'),
  category: z
    .string()
    .max(LONGEST_SLUG)
    .default('')
    .describe('The `slug` of a category. Of one that is not there the list is empty.'),
  sort: z
    .enum(['name', 'price', '-price'], TEXTS.sort)
    .optional()
    .describe('`-price` is the dearest first. Without it they come in the order in which they were added.'),
  limit: limitField,
  cursor: cursorField(place),
});

const bySlug = z.object({
  slug: z.string().min(1).max(LONGEST_SLUG).describe('The `slug` of a product.'),
});

/** The store's products, for members. Answers are remembered while the catalogue does not change. */
export function productOperations({ db }: ApiContext): Operation[] {
  const remember = cacheByVersion<Reply>(db, MOST_REMEMBERED);
  const tag = 'Products';
  const access = { scope: 'products:read' } as const;

  async function list(url: string, query: z.output<typeof listQuery>): Promise<Reply> {
    const { q, category, sort = 'id', limit, cursor } = query;
    const words = searchWords(q, MOST_WORDS);
    // One more than asked for tells whether there is a next page.
    const found = await listProducts(db, { words, category, sort, after: cursor, limit: limit + 1 });
    const { links, body } = listReply(url, { found, limit }, productView, (last) => placeOf(last, sort));
    return { ...taggedReply(body), links };
  }

  async function one(slug: string): Promise<Reply | undefined> {
    const product = await findProductBySlug(db, slug);
    return product && taggedReply(productView(product));
  }

  async function categories(): Promise<Reply> {
    return taggedReply({ data: await listCategories(db), next_cursor: null });
  }

  return [
    operation('GET /products', {
      id: 'listProducts',
      tag,
      summary: 'List the products',
      access,
      query: listQuery,
      responses: taggedAnswers({
        description: 'Some of the products that match.',
        schema: listSchema('Products', productSchema),
        headers: { ...ETAG, ...NEXT_LINK },
      }),
      examples: [
        { query: { q: 'steel', sort: 'price', limit: 1 }, status: 200, response: CHEAPEST_OF_STEEL },
      ],
      async handle({ query, url }) {
        const { cursor, sort = 'id' } = query;
        if (cursor && cursor.sort !== sort) {
          throw new ApiProblem('invalid-input', '', {
            fields: [{ detail: OTHER_LIST, parameter: 'cursor' }],
          });
        }
        return remember(url, () => list(url, query));
      },
    }),
    operation('GET /products/{slug}', {
      id: 'getProduct',
      tag,
      summary: 'Look at a product',
      access,
      params: bySlug,
      responses: taggedAnswers({ description: 'The product.', schema: productSchema, headers: ETAG }),
      problems: ['not-found'],
      examples: [{ params: { slug: MUGS.slug }, status: 200, response: MUGS }],
      async handle({ params: { slug } }) {
        const reply = await remember(`one ${slug}`, () => one(slug));
        if (!reply) throw new ApiProblem('not-found');
        return reply;
      },
    }),
    operation('GET /products/{slug}/picture', {
      id: 'getProductPicture',
      tag,
      summary: 'Load the picture of a product',
      description:
        'The `url` of a product’s `picture` leads here. It is a drawing or a photograph, as `Content-Type` says.',
      access,
      params: bySlug,
      responses: {
        200: {
          description: 'The picture, in bytes, with its own `Content-Type`.',
          mediaType: 'image/*',
          headers: ETAG,
        },
        304: { description: 'It is as it was when you loaded it.', headers: ETAG },
      },
      problems: ['not-found'],
      examples: [{ params: { slug: MUGS.slug }, status: 200 }],
      async handle({ params: { slug } }) {
        const hash = (await findProductBySlug(db, slug))?.pictureHash;
        if (hash === undefined) throw new ApiProblem('not-found');
        const picture = hash === null ? undefined : await findPicture(db, hash);
        if (!picture) throw new ApiProblem('not-found', TEXTS.noPicture);
        return { status: 200, body: picture.content, mediaType: picture.mediaType, etag: `"${hash}"` };
      },
    }),
    operation('GET /categories', {
      id: 'listCategories',
      tag,
      summary: 'List the categories',
      description: 'They are few: all come at once, in the order of the store’s pages.',
      access,
      responses: taggedAnswers({
        description: 'All categories.',
        schema: listSchema('Categories', categorySchema),
        headers: ETAG,
      }),
      examples: [{ status: 200, response: CATEGORIES }],
      handle: () => remember('categories', categories),
    }),
  ];
}

function placeOf({ id, nameKey, priceMinor }: OrderedProduct, sort: ListPlace['sort']): ListPlace {
  if (sort === 'id') return { sort, id };
  return sort === 'name' ? { sort, value: nameKey, id } : { sort, value: priceMinor, id };
}
