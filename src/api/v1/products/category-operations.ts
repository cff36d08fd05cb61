import { listCategories } from '../../../catalogue/products.table.ts';
import { cacheByVersion } from '../../../catalogue/version-cache.ts';
import type { ApiContext } from '../../api-context.ts';
import { taggedAnswers, taggedReply } from '../entity-tags.ts';
import { listSchema } from '../lists.ts';
import { type Operation, operation, type Reply } from '../operation.ts';
import { CATEGORIES } from './examples.ts';
import { categorySchema, ETAG } from './product-view.ts';

export function categoryOperations({ db }: ApiContext): Operation[] {
  const remember = cacheByVersion<Reply>(db, 1);

  async function list(): Promise<Reply> {
    return taggedReply({ data: await listCategories(db), next_cursor: null });
  }

  return [
    operation({
      method: 'get',
      path: '/categories',
      id: 'listCategories',
      tag: 'Products',
      summary: 'List the categories',
      description: 'They are few: all come at once, in the order of the store’s pages.',
      access: { scope: 'products:read' },
      responses: taggedAnswers({
        description: 'All categories.',
        schema: listSchema('Categories', categorySchema),
        headers: ETAG,
      }),
      examples: [{ status: 200, response: CATEGORIES }],
      handle: () => remember('all', list),
    }),
  ];
}
