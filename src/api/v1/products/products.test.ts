import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiClient } from '../../../testing/api-client.ts';
import { startTestApp, type TestApp } from '../../../testing/app.ts';
import { addPerson, PASSWORD } from '../../../testing/people.ts';
import { stockShelf } from '../../../testing/shelf.ts';
import { cursorOf } from '../lists.ts';
import { TEXTS as PRODUCT_OPERATIONS_TEXTS } from './product-operations.ts';

let app: TestApp;
let alice: ApiClient;
beforeAll(async () => {
  app = await startTestApp();
  alice = new ApiClient(app.url);
  await addPerson(app.context, 'alice');
  await alice.logIn('alice', PASSWORD);
  await stockShelf(app.context.db, {
    Tea: [
      { name: 'Zest tea', priceMinor: 300 },
      { name: 'Assam', priceMinor: 300, description: 'Black tea.' },
      { name: 'éclair tea', priceMinor: 100, onHand: 2 },
      { name: 'Assam', priceMinor: 900, onHand: 0 },
    ],
  });
});
afterAll(() => app.close());

/** Walks a list from its first page to its last, by the links, and gives what stands on each. */
async function walk(query: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let target: string | undefined = `/products?${query}`; target; ) {
    const { status, json, headers } = await alice.get(target);
    expect(status).toBe(200);
    pages.push(json.data.map(({ sku }: { sku: string }) => sku));
    target = /^<\/api\/v1([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];
    expect(target === undefined).toBe(json.next_cursor === null);
  }
  return pages;
}

describe('the list of products', () => {
  test.each([
    ['as they were added', '', ['Tea-0', 'Tea-1', 'Tea-2', 'Tea-3']],
    ['by name', '&sort=name', ['Tea-1', 'Tea-3', 'Tea-0', 'Tea-2']],
    ['by price', '&sort=price', ['Tea-2', 'Tea-0', 'Tea-1', 'Tea-3']],
    ['the dearest first', '&sort=-price', ['Tea-3', 'Tea-0', 'Tea-1', 'Tea-2']],
  ])('comes page by page, each product once: %s', async (_order, sort, skus) => {
    expect(await walk(`category=tea&limit=1${sort}`)).toEqual(skus.map((sku) => [sku]));
    expect((await walk(`category=tea&limit=3${sort}`)).map(({ length }) => length)).toEqual([3, 1]);
  });

  test('is searched as the store page is', async () => {
    expect(await walk('q=TEA+black&category=tea')).toEqual([['Tea-1']]);
    expect(await walk('q=laptop&category=tea')).toEqual([[]]);
    expect(await walk('category=no-such')).toEqual([[]]);
    expect(await walk('category=tea%20')).toEqual([[]]);
  });

  test('tells how many are left as the pages do: when they are few', async () => {
    const { json } = await alice.get('/products?category=tea');
    const left = json.data.map((one: Record<string, unknown>) => [one.availability, one.on_hand]);
    expect(left).toEqual([
      ['in', null],
      ['in', null],
      ['low', 2],
      ['out', 0],
    ]);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=ten', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['sort=id', 'sort'],
    ['colour=red', 'colour'],
    [`q=${'x'.repeat(101)}`, 'q'],
    ['cursor=garbage', 'cursor'],
    [`cursor=${cursorOf({ sort: 'name', value: 'a', id: 1 })}`, 'cursor'],
    [`sort=name&cursor=${cursorOf({ sort: 'name', value: 'a\0', id: 1 })}`, 'cursor'],
    [`sort=name&cursor=${cursorOf({ sort: 'name', value: 1, id: 1 })}`, 'cursor'],
    [`cursor=${cursorOf({ sort: 'id', id: 2 ** 40 })}`, 'cursor'],
    [`sort=price&cursor=${cursorOf({ sort: 'price', value: 1e300, id: 1 })}`, 'cursor'],
  ])('refuses %s', async (query, parameter) => {
    const { status, json } = await alice.get(`/products?${query}`);
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ detail: expect.any(String), parameter }]);
  });
});

test('the next page answers the same question, also one with a question mark', async () => {
  await stockShelf(app.context.db, { Riddles: [{ name: 'Who?' }, { name: 'What?' }] });
  const { headers } = await alice.get('/products?limit=1&q=?');
  const [, next = ''] = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '') ?? [];
  expect(new URL(next, app.url).searchParams.get('q')).toBe('?');
});

describe('who has read products before', () => {
  test.each(['/products?sort=price', '/products/laptop', '/products/laptop/picture', '/categories'])(
    'is told when nothing changed: %s',
    async (target) => {
      const first = await alice.get(target);
      const etag = first.headers.get('etag') ?? '';
      for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await alice.get(target, { headers: { 'if-none-match': tags } });
        expect([again.status, again.json, again.headers.get('etag')]).toEqual([304, undefined, etag]);
      }
      expect((await alice.get(target, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    },
  );

  test('sees what changed at the next request', async () => {
    const before = await alice.get('/products?category=fresh');
    await stockShelf(app.context.db, { Fresh: [{ name: 'Mint' }] });
    const etag = before.headers.get('etag') ?? '';
    const after = await alice.get('/products?category=fresh', { headers: { 'if-none-match': etag } });
    expect([after.status, after.json.data.length]).toEqual([200, 1]);
  });

  test('costs two queries: whose token it is, and has anything changed', async () => {
    await alice.get('/products/laptop');
    const queries: string[] = [];
    const note = ({ sql }: { sql: string }) => void queries.push(sql);
    app.context.db.on('query', note);
    await alice.get('/products/laptop');
    app.context.db.off('query', note);
    const own = queries.filter((sql) => !sql.includes('store_settings'));
    expect(own).toEqual([
      expect.stringContaining('token_families'),
      expect.stringContaining('catalogue_version'),
    ]);
  });
});

test('a product that is not there is not found', async () => {
  for (const slug of ['no-such', 'laptop%20', 'LAPTOP', 'x'.repeat(300)]) {
    expect((await alice.get(`/products/${slug}`)).json).toMatchObject({ type: '/api/docs#not-found' });
  }
});

test('the picture of a product comes to whoever may look at the product', async () => {
  const { json: product } = await alice.get('/products/laptop');
  const load = (url: string, headers: Record<string, string> = {}) =>
    fetch(app.url + url, { headers: { authorization: `Bearer ${alice.token}`, ...headers } });
  for (const accept of ['*/*', 'image/*', 'image/avif,image/svg+xml']) {
    const answer = await load(product.picture.url, { accept });
    const { status, headers } = answer;
    expect([status, headers.get('content-type')]).toEqual([200, 'image/svg+xml']);
    expect(await answer.text()).toMatch(/^<svg .*<\/svg>\s*$/s);
  }
  for (const accept of ['application/json', 'image/png'])
    expect((await load(product.picture.url, { accept })).status).toBe(406);
  expect((await fetch(app.url + product.picture.url)).status).toBe(401);
});

test('a picture that is not there is not found', async () => {
  await app.context.db('products').where('slug', 'keyboard').update({ picture_id: null });
  expect((await alice.get('/products/no-such/picture')).json).toMatchObject({ type: '/api/docs#not-found' });
  expect((await alice.get('/products/keyboard/picture')).json).toMatchObject({
    type: '/api/docs#not-found',
    detail: PRODUCT_OPERATIONS_TEXTS.noPicture,
  });
});
